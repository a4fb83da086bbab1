"""Stores pay by statement and their files land whole: a failure means a merchant whose sums nobody could explain."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake.simulator.apple.market import fiscal_month, month_name
from paylake.simulator.clock import DAY, at, midnight
from paylake.simulator.dialects import DIALECTS
from paylake.simulator.google_play.market import pacific_month
from paylake.simulator.ledger import Ledger
from paylake.simulator.merchant import run_merchant

STORES = ("apple", "google_play")
START, END = midnight(date(2025, 1, 1)), midnight(date(2025, 12, 1))
INSTANTS = st.integers(midnight(date(2008, 1, 1)), midnight(date(2060, 1, 1)))


@cache
def ledger(store: str) -> Ledger:
    dialect = DIALECTS[store]
    return run_merchant(f"4:{store}", 70, START, END, dialect.naming(4), dialect.market)


@pytest.fixture(scope="module", params=STORES)
def exports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / str(request.param)
    DIALECTS[request.param].write(ledger(request.param), folder, 4)
    return folder


def test_every_file_is_recognised_and_lands_without_a_notice(exports: Path, stage: Callable[..., Any]) -> None:
    tables: Counter[str] = Counter()
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        result = stage(path)
        assert (result.state, result.reason, list(result.verdict.notices)) == ("verified", "", []), path.name
        assert result.verdict.rescued == 0
        tables.update({table: len(rows) for table, rows in result.rows.items()})
    expected = {
        "apple": {"server_notifications", "financial_detail_report", "financial_report", "payments_report"},
        "google_play": {"earnings", "estimated_sales", "pubsub_messages", "developer_notifications"},
    }
    assert expected[exports.name] <= tables.keys()


@pytest.mark.parametrize("store", STORES)
def test_a_statement_closes_in_every_currency(store: str) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for movement in ledger(store).movements:
        if movement.payout_id:
            sums[movement.payout_id, movement.currency] += movement.net
    assert len(ledger(store).payouts) > 5
    assert set(sums.values()) == {0}


@pytest.mark.parametrize("store", STORES)
def test_a_statement_holds_one_period_and_is_paid_after_it(store: str) -> None:
    terms = DIALECTS[store].market.store
    assert terms is not None
    paid = {payout.id: payout for payout in ledger(store).payouts}
    periods: dict[str, set[tuple[int, int]]] = {}
    for movement in ledger(store).movements:
        if movement.payout_id and movement.attempt:
            periods.setdefault(movement.payout_id, set()).add(terms.period(movement.at))
    assert periods.keys() == paid.keys()
    for payout_id, found in periods.items():
        ((_, end),) = found
        assert paid[payout_id].at == end + terms.payout_days * DAY


@pytest.mark.parametrize("store", STORES)
def test_subscriptions_have_one_plan_and_end_in_every_way(store: str) -> None:
    subs = ledger(store).subscriptions
    assert all(len(state.items) == 1 and state.items[0].quantity == 1 for sub in subs for state in sub.states)
    assert {sub.last.end_reason for sub in subs} == {None, "voluntary", "payment_failure", "store_refund"}
    assert {state.status for sub in subs for state in sub.states} >= {"active", "past_due", "canceled"}
    assert not ledger(store).invoices


def test_a_small_merchant_gets_no_payout_over_nothing() -> None:
    dialect = DIALECTS["apple"]
    found = run_merchant(1, 1, START, START + 20 * DAY, dialect.naming(1), dialect.market)
    assert (found.payouts, [one for one in found.movements if one.payout_id]) == ([], [])


@given(INSTANTS)
def test_fiscal_months_follow_each_other_without_a_gap(instant: int) -> None:
    start, end = fiscal_month(instant)
    assert start <= instant < end
    assert (end - start) // DAY in (28, 35)
    assert fiscal_month(start) == fiscal_month(end - 1) == (start, end)
    assert fiscal_month(end)[0] == end
    assert at(start).weekday() == 6


@pytest.mark.parametrize(
    ("day", "first", "last", "name"),
    [
        ((2025, 1, 1), (2024, 12, 29), (2025, 2, 1), "January, 2025"),
        ((2025, 9, 28), (2025, 9, 28), (2025, 11, 1), "October, 2025"),
        # The fiscal year 2023 had 53 weeks.
        ((2022, 12, 31), (2022, 11, 27), (2022, 12, 31), "December, 2022"),
    ],
)
def test_known_fiscal_months(
    day: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int], name: str
) -> None:
    start, end = fiscal_month(midnight(date(*day)))
    assert (at(start).date(), at(end - DAY).date()) == (date(*first), date(*last))
    assert month_name(start, end) == name


@given(INSTANTS)
def test_pacific_months_follow_each_other_without_a_gap(instant: int) -> None:
    start, end = pacific_month(instant)
    assert start <= instant < end
    assert pacific_month(end)[0] == end
    assert pacific_month(start) == (start, end)


def test_earnings_change_their_header_and_compressed_files_hold_no_time(exports: Path) -> None:
    if exports.name == "google_play":
        heads = [path.read_text().partition("\n")[0] for path in sorted((exports / "earnings").glob("*.csv"))]
        assert ["Product id" in head for head in heads[:3]] == [True, True, False]
    packed = list(exports.rglob("*.gz"))
    assert packed
    assert all(path.read_bytes()[4:8] == bytes(4) and gzip.decompress(path.read_bytes()) for path in packed)
