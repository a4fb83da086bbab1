"""Gold equals what the simulated merchant knows to be true, to the minor unit, from export files to reports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import STANDARD, Lake, Lakes

KINDS = ("new", "expansion", "reactivation", "resumed", "contraction", "paused", "churn")
NIGHTLY = (tuple(range(101, 121)), 40, 150)
"""Twenty merchants. Those of a lake share it, which hides nothing: ids, movements and payouts are a merchant's own."""


@pytest.fixture(
    scope="module", params=[STANDARD, pytest.param(NIGHTLY, marks=pytest.mark.nightly)], ids=["3 seeds", "20 seeds"]
)
def lake(request: pytest.FixtureRequest, lakes: Lakes) -> Lake:
    """One lake; of this scope, so that all its tests come before the next one is built."""
    return lakes.built(request.param)


def gold(lake: Lake, sql: str) -> list[dict[str, Any]]:
    return [row.asDict() for row in lake.query(sql)]


def utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def assert_same(found: Iterable[tuple[Any, ...]], expected: Iterable[tuple[Any, ...]]) -> None:
    """Compare as bags and show only what differs: (row, how many more gold has than the truth)."""
    difference = Counter(found)
    difference.subtract(Counter(expected))

    assert sorted(((row, n) for row, n in difference.items() if n), key=str) == []


def test_months(lake: Lake) -> None:
    amounts = [f"{kind}_minor" for kind in KINDS]
    counts = [f"{kind}_count" for kind in KINDS]
    found = [
        (row["variant"], row["currency"], row["month_date"], row["opening_minor"], row["closing_minor"],
         row["mrr_at_risk_minor"], row["customers"], *(row[name] for name in amounts + counts))
        for row in gold(lake, "select * from gold_revenue.rpt_mrr_monthly where is_complete")
    ]  # fmt: skip
    complete = {row[2] for row in found}
    measures = ["opening_minor", "closing_minor", "at_risk_minor", "active_customers", *amounts, *counts]
    expected: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(measures))
    for row in lake.truth("mrr_monthly"):
        if row["month"] in complete:
            sums = expected[row["variant"], row["currency"], row["month"]]
            sums[:] = (total + row[name] for total, name in zip(sums, measures, strict=True))

    assert len(complete) >= 4
    assert_same(found, ((*key, *sums) for key, sums in expected.items()))


def test_movements(lake: Lake) -> None:
    until = utc(lake.query("select min(billing_as_of_at) from gold_revenue.rpt_data_as_of")[0][0])
    found = [
        (row["variant"], row["currency"], row["customer_key"], utc(row["moved_at"]), row["month_date"], row["movement"],
         row["opening_minor"], row["amount_minor"], row["closing_minor"], row["gap_days"],
         None if row["movement"] != "churn" else row["end_reason"] == "payment_failure")
        for row in gold(lake, "select * from gold_revenue.fct_mrr_movements")
    ]  # fmt: skip
    expected = [
        (row["variant"], row["currency"], f"{row['provider']}:{row['customer_id']}", utc(row["occurred_at"]),
         row["month"], row["movement"], row["opening_minor"], row["amount_minor"], row["closing_minor"],
         row["gap_days"],
         None if row["movement"] != "churn" else row["churn_reason"] == "payment_failure")
        for row in lake.truth("mrr_movements") if utc(row["occurred_at"]) <= until
    ]  # fmt: skip

    assert_same(found, expected)


def test_deferred_revenue(lake: Lake) -> None:
    measures = [
        "billed_minor", "credited_minor", "refunded_minor", "voided_minor", "written_off_minor", "recognised_minor",
        "unbilled_change_minor", "closing_minor", "unbilled_minor",
    ]  # fmt: skip
    waterfall = gold(lake, "select * from gold_revenue.rpt_deferred_revenue_waterfall")
    found = {(row["currency"], row["month_date"]): [row[name] for name in measures] for row in waterfall}
    revenue = gold(lake, "select * from gold_revenue.rpt_recognised_revenue_monthly")
    monthly = {
        (row["currency"], row["month_date"]): [row["recognised_minor"], row["bad_debt_minor"]] for row in revenue
    }
    expected: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * (len(measures) + 1))
    for row in lake.truth("deferred_revenue_monthly"):
        sums = expected[row["currency"], row["month"]]
        sums[:] = (total + row[name] for total, name in zip(sums, [*measures, "bad_debt_minor"], strict=True))
    recognised = measures.index("recognised_minor")

    assert found == {key: sums[:-1] for key, sums in expected.items()}
    assert monthly == {key: [sums[recognised], sums[-1]] for key, sums in expected.items()}


def test_payouts(lake: Lake) -> None:
    found = gold(lake, "select * from gold_payment_health.rpt_payout_reconciliation")
    net: Counter[str] = Counter()
    for row in lake.truth("balance_movements"):
        if row["payout_id"] and row["type"] != "payout":
            net[row["payout_id"]] += row["net_minor"]
    expected = [
        (r["payout_id"], r["currency"], r["status"], r["amount_minor"], net[r["payout_id"]])
        for r in lake.truth("payouts")
    ]

    assert_same(
        ((r["payout_id"], r["currency"], r["status"], r["amount_minor"], r["net_minor"]) for r in found), expected
    )
    assert [row["payout_id"] for row in found if not row["is_tied"]] == []


def test_money_not_yet_paid_out(lake: Lake) -> None:
    found = gold(lake, "select * from gold_payment_health.rpt_unpaid_balance")
    balance: Counter[str] = Counter()
    for row in lake.truth("balance_movements"):
        balance[row["currency"]] += row["net_minor"]

    assert {row["currency"]: row["balance_minor"] for row in found} == dict(balance)
    assert all(row["explained_money_minor"] == row["money_minor"] and row["unexplained_minor"] == 0 for row in found)
