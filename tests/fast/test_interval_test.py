"""The dbt test of histories finds each of the faults that it is there for; failing means that broken histories pass."""

from __future__ import annotations

import re
from typing import Any

import jinja2
import pytest

from paylake import sail
from paylake.settings import Settings
from tests.conftest import PROJECT

OPEN = "9999-12-31"
WHOLE = [("2025-01-01", "2025-02-01", False), ("2025-02-01", OPEN, True)]
ENDED = [("2025-01-01", "2025-02-01", False), ("2025-03-01", "2025-04-01", False)]
"""Of a key that left twice."""
FAULTS: dict[str, list[tuple[str | None, str | None, bool]]] = {
    "overlap": [("2025-01-01", "2025-02-02", False), ("2025-02-01", OPEN, True)],
    "same start": [("2025-01-01", "2025-02-01", False), ("2025-01-01", "2025-02-01", False), *WHOLE[1:]],
    "empty": [("2025-01-01", "2025-02-01", False), ("2025-02-01", "2025-02-01", False), *WHOLE[1:]],
    "reversed": [("2025-03-01", "2025-02-01", False), ("2025-03-01", OPEN, True)],
    "no start": [(None, OPEN, True)],
    "no end": [("2025-01-01", None, True)],
    "two current": [("2025-01-01", OPEN, True), ("2025-02-01", OPEN, True)],
    "current is not the last": [("2025-01-01", "2025-02-01", True), ("2025-02-01", OPEN, True)],
    "open but not current": [("2025-01-01", OPEN, False)],
    "current but not open": [("2025-01-01", "2025-02-01", True)],
}
GAPS = {"gap": [("2025-01-01", "2025-02-01", False), ("2025-02-02", OPEN, True)], "no open end": ENDED[:1]}


@pytest.fixture(scope="module")
def session(lane: Settings) -> Any:
    return sail.get_session(lane)


def failures(session: Any, rows: list[tuple[str | None, str | None, bool]], **arguments: Any) -> int:
    """Rows that the test complains of."""
    values = ", ".join(
        f"('k', {', '.join(f'timestamp {cell!r}' if cell else 'cast(null as timestamp)' for cell in ends)}, {current})"
        for *ends, current in rows
    )
    text = (PROJECT / "tests/dbt/generic/intervals_are_whole.sql").read_text()
    signature, body = re.fullmatch(r".*?{% test \w+\((.*?)\) %}(.*){% endtest %}\s*", text, re.DOTALL).groups()  # type: ignore[union-attr]
    macro = f"{{% macro run({signature}) %}}{body}{{% endmacro %}}{{{{ run(model, ['k'], **arguments) }}}}"
    model = f"(select * from values {values} as t (k, valid_from, valid_to, is_current)) as rows"
    sql = jinja2.Template(macro).render(model=model, arguments=arguments, open_end=lambda: f"timestamp '{OPEN}'")
    return len(session.sql(sql).collect())


@pytest.mark.parametrize("fault", [*FAULTS, *GAPS])
def test_a_fault_is_found(session: Any, fault: str) -> None:
    assert failures(session, (FAULTS | GAPS)[fault], is_current="is_current")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_in_a_history_with_gaps(session: Any, fault: str) -> None:
    assert failures(session, FAULTS[fault], is_current="is_current", may_have_gaps=True)


def test_a_whole_history_passes(session: Any) -> None:
    assert failures(session, WHOLE, is_current="is_current") == 0
    assert failures(session, WHOLE) == 0


@pytest.mark.parametrize("rows", [*GAPS.values(), ENDED])
def test_gaps_pass_where_there_may_be_some(session: Any, rows: list[tuple[str | None, str | None, bool]]) -> None:
    assert failures(session, rows, is_current="is_current", may_have_gaps=True) == 0
