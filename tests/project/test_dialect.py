"""Compiled SQL holds nothing on which the two engines are known to differ: docs/reference/engines.md shows each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from tests.engines import REFUSED, differences

RULES = {
    "bround": r"\bbround\s*\(",
    "qualify": r"\bqualify\b",
    "star except": r"\*\s*except\s*\(",
    "group by all": r"\bgroup\s+by\s+all\b",
    "several approximate percentiles": r"\b(approx_percentile|percentile_approx)\s*\([^()]*,\s*array\s*\(",
    "pivot": r"\bpivot\s*\(",
    "recursion": r"\bwith\s+recursive\b",
    "intersect all": r"\bintersect\s+all\b",
    "zip_with": r"\bzip_with\s*\(",
    "doubled quote": r"'[^'\n]*[^'\s(,=]''[^'\s),][^'\n]*'",
    "timestampdiff": r"\b(timestampdiff|datediff)\s*\(\s*(second|minute|hour|day|week|month|quarter|year)\b",
    "the time of the run": r"\b(current_timestamp|current_date|localtimestamp)\b|\b(now|rand|randn|uuid|random)\s*\(",
}


def offences(sql: str) -> list[str]:
    """Names of the rules that a statement breaks; comments do not count."""
    code = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    return [name for name, pattern in RULES.items() if re.search(pattern, code, re.IGNORECASE)]


@pytest.mark.parametrize("sql", [row.sql for row in differences(REFUSED)])
def test_every_refused_example_of_the_page_is_refused(sql: str) -> None:
    assert offences(sql)


def test_every_rule_has_its_example_on_the_page() -> None:
    assert set(RULES) == {name for row in differences(REFUSED) for name in offences(row.sql)}


def test_compiled_sql_breaks_no_rule(project: Path, tmp_path: Path) -> None:
    where = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(tmp_path)]
    compiled = dbtRunner().invoke(
        [
            "compile",
            "--quiet",
            "--no-populate-cache",
            "--no-introspect",
            "--log-path",
            str(tmp_path),
            *where,
            "--target",
            "fast",
        ]
    )
    assert compiled.success, compiled.exception
    found = {path.name: offences(path.read_text()) for path in (tmp_path / "compiled").rglob("*.sql")}
    assert len(found) > 60
    assert {name: broken for name, broken in found.items() if broken} == {}
