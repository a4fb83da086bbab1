"""CSV reports: a failing test means that a cell is lost or changed, or a damaged report gets in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers.stripe import PROVIDER, REPORT_REQUIRED

TABLES = PROVIDER.tables
REQUIRED = sorted(REPORT_REQUIRED)
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
EXTRA = st.lists(
    st.sampled_from(["description", "automatic_payout_id", "payment_metadata[a]", "new column", "customer_name"]),
    unique=True,
)


def report(header: list[str], rows: list[list[str]], end: str = "\n") -> bytes:
    out = io.StringIO()
    bare = any("\r" in cell for row in rows for cell in row)  # Python's writer leaves a lone carriage return unquoted
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL).writerows([header, *rows])
    return out.getvalue().encode()


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    header = draw(st.permutations(REQUIRED + draw(EXTRA)))
    rows = draw(st.lists(st.lists(CELL, min_size=len(header), max_size=len(header)), max_size=6))
    return list(header), rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=80)
@given(reports(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_cell_is_in_a_column_or_rescued(
    stage: Callable[..., Any], made: tuple[list[str], list[list[str]]], end: str, mark: bool
) -> None:
    header, rows = made
    if any(cards.find(cell) for row in rows for cell in row):
        return
    result = stage((b"\xef\xbb\xbf" if mark else b"") + report(header, rows, end))
    assert result.state == "verified", result.reason
    table = "payout_reconciliation" if "automatic_payout_id" in header else "balance_change_from_activity"
    staged = result.rows.get(table, [])
    assert result.verdict.cells == len(header) * len(rows)
    assert len(staged) == len(rows)
    for number, (sent, row) in enumerate(zip(rows, staged, strict=True), 1):
        rescued = json.loads(row["_rescued_data"] or "{}")
        assert row["_record"] == number
        assert {name: row[name] if name in TABLES[table] else rescued[name] for name in header} == dict(
            zip(header, sent, strict=True)
        )
        assert all(row[name] is None for name in TABLES[table] if name not in header)


LINE = ["txn_1", "usd", "0.30", "10.00", "9.70", "charge"]
OK = report(REQUIRED, [LINE, LINE])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OK + b"txn_2,usd,1\n", "record 3: 3 cells under 6 names"),
        (OK + b"txn_2,usd,1,2,3,4,5\n", "record 3: 7 cells under 6 names"),
        (OK + b'txn_2,usd,1,2,3,"never closed\n', "record 3: malformed CSV"),
        (OK + b"txn_2,usd,1,2,3,\xff\n", "not UTF-8"),
        (OK + b"txn_2,usd,1,2,3,\0\n", "a NUL"),
        (OK.decode().encode("utf-16"), "UTF-16"),
        (report(REQUIRED[:-1], [LINE[:-1]]), "without the column(s) reporting_category"),
        (report([*REQUIRED, "description"], [[*LINE, "pan 4242-4242-4242-4242"]]), "record 1: visa card number"),
        (report([*REQUIRED, "description"], [[*LINE, "a"]] * 2_500 + [[*LINE, "5555555555554444"]]), "record 2501:"),
        (report([*REQUIRED, "4242424242424242"], []), "in the header"),
        (b"id,amount\n1,2\n", "unrecognised"),
    ],
)
def test_a_damaged_or_dangerous_report_is_refused_whole_with_the_reason(
    stage: Callable[..., Any], data: bytes, reason: str
) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


def test_a_lone_number_in_an_identifier_column_is_a_reference_and_an_unusual_one_is_not(
    stage: Callable[..., Any],
) -> None:
    header = [*REQUIRED, "order_id"]
    assert stage(report(header, [[*LINE, "5555593193155555"]])).state == "verified"
    assert stage(report(header, [[*LINE, "5555 5931 9315 5555"]])).state == "quarantined"
    assert stage(report(header, [[*LINE, "ref 5555593193155555"]])).state == "quarantined"
    assert stage(report(header, [[*LINE, "GPA.3302-4312-6140-38722"]])).state == "verified"
    assert stage(report(header, [[*LINE, "pan-4242-4242-4242-4242"]])).state == "quarantined"
    assert stage(report(header, [[*LINE, "pan.4242424242424242"]])).state == "quarantined"


def test_a_card_number_in_the_name_of_the_file_is_found(stage: Callable[..., Any]) -> None:
    result = stage(OK, name="cards 4242 4242 4242 4242.csv")
    assert result.state == "quarantined"
    assert "424242******4242" in result.reason


def test_a_report_without_rows_lands_no_rows(stage: Callable[..., Any]) -> None:
    result = stage(report(REQUIRED, []))
    assert (result.state, result.verdict.cells, result.rows) == ("verified", 0, {})


def test_columns_in_another_order_are_the_same_generation(stage: Callable[..., Any]) -> None:
    turned = report(REQUIRED[::-1], [LINE[::-1]])
    one, other = (stage(data).rows["balance_change_from_activity"][0] for data in (OK, turned))
    assert one["_header_version"] == other["_header_version"]
    assert all(one[name] == other[name] for name in REQUIRED)
