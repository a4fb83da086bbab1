"""The comparison of two engines' tables notices every difference and none that order makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake.parity import Comparison, canonical_rows, compare_rows, fingerprint

COLUMNS = (("id", "string"), ("amount_minor", "bigint"))
ROWS = st.lists(st.fixed_dictionaries({"id": st.text(max_size=3), "amount_minor": st.integers(0, 3)}), max_size=6)


def compared(
    ours: list[dict[str, object]],
    theirs: list[dict[str, object]],
    columns: tuple[tuple[str, str], ...] = COLUMNS,
) -> Comparison:
    return compare_rows("t", (COLUMNS, columns), (list(canonical_rows(ours)), list(canonical_rows(theirs))))


@given(ROWS, st.randoms())
def test_order_makes_no_difference(rows: list[dict[str, object]], draw: object) -> None:
    shuffled = list(rows)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]

    assert compared(rows, shuffled).is_equal


@given(ROWS, ROWS)
def test_equal_means_the_same_rows_as_often(ours: list[dict[str, object]], theirs: list[dict[str, object]]) -> None:
    def bag(rows: list[dict[str, object]]) -> list[str]:
        return sorted(repr(sorted(row.items())) for row in rows)

    assert compared(ours, theirs).is_equal == (bag(ours) == bag(theirs))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((("id", "string"), ("amount_minor", "int")), "amount_minor bigint / int"),
        ((("id", "string"),), "amount_minor bigint / missing"),
        ((*COLUMNS, ("more", "int")), "more only on Sail"),
        (COLUMNS[::-1], "in another order"),
    ],
)
def test_columns_are_compared_by_name_type_and_order(columns: tuple[tuple[str, str], ...], said: str) -> None:
    assert said in compared([], [], columns).difference


def test_rows_of_one_side_only_are_shown() -> None:
    row = {"id": "a", "amount_minor": 1}
    found = compared([row, row], [row, {"id": "b", "amount_minor": 2}])

    assert found.only_spark == ['{"amount_minor": 1, "id": "a"}']
    assert found.only_sail == ['{"amount_minor": 2, "id": "b"}']
    assert "other content" in found.difference


def test_a_table_that_one_engine_lacks_differs() -> None:
    assert Comparison("t", fingerprint(COLUMNS, []), None).difference == "not built by Sail"
    assert Comparison("t", None, fingerprint(COLUMNS, [])).difference == "not built by Spark"
