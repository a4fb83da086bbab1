"""The arithmetic of macros/money against Python's exact fractions.

The macro's own SQL runs in SQLite, whose `/` on integers truncates like Spark's `div`. SQLite lacks the decimals of
`minor_units`: dbt's unit tests cover those on Spark.
"""

from __future__ import annotations

import sqlite3
from fractions import Fraction
from math import floor
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

LARGEST = 10**17


def render(project: Path, macro: str, *arguments: str) -> str:
    """The SQL that a macro of macros/money returns."""
    source = (project / "macros" / "money" / f"{macro}.sql").read_text()
    template = jinja2.Environment(autoescape=False).from_string(source)  # noqa: S701 - it renders SQL
    return str(getattr(template.module, macro)(*arguments)).strip()


def half_away_from_zero(value: Fraction) -> int:
    """The nearest integer; of two equally near ones the one further from zero."""
    nearest = floor(abs(value) + Fraction(1, 2))
    return nearest if value >= 0 else -nearest


@pytest.fixture(scope="module")
def round_div(project: Path) -> sqlite3.Cursor:
    """A cursor with the macro's SQL prepared as a view over the parameters."""
    cursor = sqlite3.connect(":memory:").cursor()
    cursor.execute("create table given (num integer, den integer)")
    sql = render(project, "round_div", "num", "den").replace(" div ", " / ")
    cursor.execute(f"create view result as select {sql} as quotient from given")
    return cursor


def divide(cursor: sqlite3.Cursor, num: int, den: int) -> int:
    """What the macro says."""
    cursor.execute("delete from given")
    cursor.execute("insert into given values (?, ?)", (num, den))
    return int(cursor.execute("select quotient from result").fetchone()[0])


@given(num=st.integers(-LARGEST, LARGEST), den=st.integers(1, LARGEST))
def test_round_div_is_exact(round_div: sqlite3.Cursor, num: int, den: int) -> None:
    assert divide(round_div, num, den) == half_away_from_zero(Fraction(num, den))


@given(quotient=st.integers(-1000, 1000), half=st.integers(1, 10_000))
def test_round_div_takes_halves_away_from_zero(round_div: sqlite3.Cursor, quotient: int, half: int) -> None:
    num = (2 * quotient + (1 if quotient >= 0 else -1)) * half
    assert divide(round_div, num, 2 * half) == quotient + (1 if quotient >= 0 else -1)


def test_round_div_takes_expressions_as_they_come(project: Path) -> None:
    sql = render(project, "round_div", "a + b", "c + d").replace(" div ", " / ")
    cursor = sqlite3.connect(":memory:").execute(f"select {sql} from (select 5 as a, 2 as b, 1 as c, 3 as d)")
    assert cursor.fetchone()[0] == 2
