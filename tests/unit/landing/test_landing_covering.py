"""Which days a file covers: failing means that a file stands for days that it is not of, or for none."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake.errors import UsageError
from paylake.landing.covering import Cover
from paylake.providers import PROVIDERS
from paylake.providers.mapping import provider_from
from paylake.providers.provider import Days, Frame

Stage = Callable[..., Any]
REPORT = "balance_transaction_id,created,currency,gross,fee,net,reporting_category\n"
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def days(result: Any) -> tuple[str, str]:
    assert (result.state, result.reason) == ("verified", "")
    return result.verdict.covers_from, result.verdict.covers_to


def texts(*columns: list[str]) -> list[pa.StringArray]:
    return [pa.array(cells, pa.string()) for cells in columns]


def line(created: str) -> str:
    return f"txn_1,{created},eur,1.00,0.00,1.00,charge\n"


@given(st.lists(st.lists(DATES, max_size=4), max_size=4), st.sampled_from(["{}", "{} 23:59:59", "{}T00:00:00Z"]))
def test_first_and_last_day_of_all_rows_in_whatever_order(blocks: list[list[date]], how: str) -> None:
    cover = Cover(Days(("other", "at")))
    for block in blocks:
        cover.add_rows(("id", "at"), texts(["x"] * len(block), [how.format(day) for day in block]))
    seen = [day for block in blocks for day in block]
    assert cover.days() == ((str(min(seen)), str(max(seen))) if seen else ("", ""))


@given(DATES, st.integers(0, 40))
def test_a_period_in_another_layout_or_a_frame(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    rows = Cover(Days(("from", "to"), "%m/%d/%Y"))
    rows.add_rows(("from", "to"), texts([f"{first:%m/%d/%Y}"], [f"{last:%m/%d/%Y} "]))
    frames = Cover(Days(frame="SH"))
    frames.add_frame(Frame("SH", ["SH", f"{first:%Y/%m/%d} 00:00:00 -0800", f"{last:%Y/%m/%d} 23:59:59 -0800", "X"], 1))
    frames.add_frame(Frame("SF", ["SF", "1999/01/01", "1999/01/01"], 2))
    assert rows.days() == frames.days() == (str(first), str(last))


@pytest.mark.parametrize("odd", ["31.01.2026", "N/A", "2026-02-30", "2026"])
def test_one_day_that_cannot_be_read_makes_all_unsure(odd: str) -> None:
    cover = Cover(Days(("at",)))
    cover.add_rows(("at",), texts(["2026-01-31", odd]))
    assert cover.days() == ("", "")


def test_a_column_that_the_file_lacks_says_nothing() -> None:
    cover = Cover(Days(("at",)))
    cover.add_rows(("id", "at"), [*texts(["x"]), None])
    assert cover.days() == ("", "")


def test_declared_columns_are_columns_of_the_export() -> None:
    for provider in PROVIDERS.values():
        for export in provider.exports:
            names = {column.name for columns in export.columns.values() for column in columns}
            assert names.issuperset(export.days.columns), (provider.name, export.name)


def test_a_report_of_stripe_says_its_days_and_an_empty_one_does_not(stage: Stage) -> None:
    text = REPORT + line("2026-03-02 23:10:00") + line("2026-03-01 00:00:00") + line("")
    assert days(stage(text.encode())) == ("2026-03-01", "2026-03-02")
    assert days(stage(gzip.compress(text.encode()), name="report.csv.gz")) == ("2026-03-01", "2026-03-02")
    assert days(stage(REPORT.encode())) == ("", "")


def test_a_settlement_of_paypal_says_its_days_without_a_row(samples: Path, stage: Stage) -> None:
    found = {
        days(result)
        for path in sorted((samples / "smashpig/paypal").glob("stl*.csv"))
        if (result := stage(path, released=True)).state == "verified"
    }
    assert ("2026-01-06", "2026-01-06") in found
    assert ("2025-12-23", "2025-12-23") in found


MAPPING = """
provider: shop
exports:
  sales:
    columns:
      Sale: {{required: true, identifier: true}}
      Sold: {{type: date, dates: {dates}, required: true, covers: true}}
      Amount: {{type: money, unit: major, required: true{more}}}
"""


@pytest.mark.parametrize(
    ("dates", "cell"),
    [
        ("'%d.%m.%Y'", "31.01.2026"),
        ("'%Y-%m-%dT%H:%M:%S'", "2026-01-31T10:00:00"),
        ("['%Y/%m/%d', '%Y-%m-%d']", "2026/01/31"),
    ],
)
def test_a_mapping_says_which_column_has_the_days(stage: Stage, dates: str, cell: str) -> None:
    shop = provider_from(MAPPING.format(dates=dates, more=""), "shop")
    assert days(stage(f"Sale,Sold,Amount\ns1,{cell},1.00\n".encode(), providers={"shop": shop})) == ("2026-01-31",) * 2


@pytest.mark.parametrize(
    ("dates", "more", "said"),
    [
        ("'%d.%m.%Y %H:%M'", "", "without a time"),
        ("['%d.%m.%Y', '%m/%d/%Y']", "", "one layout"),
        ("'%Y-%m-%d'", ", covers: true", "a file covers days"),
    ],
)
def test_a_mapping_cannot_say_it_of_what_is_no_day(dates: str, more: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        provider_from(MAPPING.format(dates=dates, more=more), "shop")


def test_one_column_has_the_days() -> None:
    twice = MAPPING.format(dates="'%Y-%m-%d'", more="") + "      Paid: {type: date, dates: '%Y-%m-%d', covers: true}\n"
    with pytest.raises(UsageError, match="not several"):
        provider_from(twice, "shop")
