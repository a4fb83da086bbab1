"""Accounting identities of the truth: a failure means that money appears or disappears in the simulation."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import Json, events, objects, truth

from paylake.simulator import simulate
from paylake.simulator.truth.movements import KINDS
from paylake.simulator.truth.mrr import VARIANTS


def check_balance(merchant: Path) -> None:
    """Gross + fee = net; a payout is the sum of its members; opening + movements = closing."""
    movements = truth(merchant, "balance_movements")
    assert all(one["gross_minor"] + one["fee_minor"] == one["net_minor"] for one in movements)
    members: Counter[str] = Counter()
    for one in movements:
        if one["payout_id"] and one["type"] != "payout":
            members[one["payout_id"]] += one["net_minor"]
    payouts = truth(merchant, "payouts")
    assert {one["payout_id"]: one["amount_minor"] for one in payouts} == dict(members)
    own = {one["payout_id"]: one["net_minor"] for one in movements if one["type"] == "payout"}
    assert own == {one["payout_id"]: -one["amount_minor"] for one in payouts}
    closing: Counter[str] = Counter()
    for row in truth(merchant, "balance_monthly"):
        assert row["opening_minor"] == closing[row["currency"]]
        parts = sum(row[f"{name}_minor"] for name in ("capture", "refund", "dispute", "dispute_reversal"))
        parts += sum(row[f"{name}_minor"] for name in ("fee", "payout", "correction"))
        assert row["opening_minor"] + parts == row["closing_minor"]
        closing[row["currency"]] = row["closing_minor"]
    total: Counter[str] = Counter()
    for one in movements:
        total[one["currency"]] += one["net_minor"]
    assert {name: closing[name] for name in total} == dict(total)


def check_invoices(merchant: Path) -> None:
    """Lines make up the invoice; what is paid was captured; nothing is refunded beyond what was captured."""
    lines: Counter[str] = Counter()
    for line in truth(merchant, "invoice_lines"):
        lines[line["invoice_id"]] += line["amount_minor"] + line["tax_minor"]
    captured: Counter[str] = Counter()
    by_attempt: Counter[str] = Counter()
    for attempt in truth(merchant, "payment_attempts"):
        assert (attempt["captured_minor"] > 0) <= (attempt["outcome"] == "succeeded")
        by_attempt[attempt["attempt_id"]] += attempt["captured_minor"]
        if attempt["invoice_id"]:
            captured[attempt["invoice_id"]] += attempt["captured_minor"]
    for invoice in truth(merchant, "invoices"):
        assert invoice["subtotal_minor"] - invoice["discount_minor"] + invoice["tax_minor"] == invoice["total_minor"]
        assert lines[invoice["invoice_id"]] == invoice["total_minor"]
        assert captured[invoice["invoice_id"]] == invoice["paid_minor"]
        assert invoice["paid_minor"] == (invoice["due_minor"] if invoice["status"] == "paid" else 0)
    refunded: Counter[str] = Counter()
    for refund in truth(merchant, "refunds"):
        refunded[refund["attempt_id"]] += refund["amount_minor"]
    assert all(amount <= by_attempt[attempt_id] for attempt_id, amount in refunded.items())
    gross: Counter[str] = Counter()
    for one in truth(merchant, "balance_movements"):
        if one["type"] == "capture":
            gross[one["attempt_id"]] += one["gross_minor"]
    assert {key: amount for key, amount in by_attempt.items() if amount} == dict(gross)


def check_mrr(merchant: Path) -> None:
    """Opening + movements = closing, month to month, per currency and variant; the customers sum up to it."""
    monthly = truth(merchant, "mrr_monthly")
    series: dict[tuple[str, str], list[Json]] = {}
    for row in monthly:
        series.setdefault((row["variant"], row["currency"]), []).append(row)
        assert row["opening_minor"] + sum(row[f"{kind}_minor"] for kind in KINDS) == row["closing_minor"]
    for rows in series.values():
        assert rows[0]["opening_minor"] == 0
        assert all(one["closing_minor"] == other["opening_minor"] for one, other in pairwise(rows))
    by_customer: Counter[tuple[object, ...]] = Counter()
    for row in truth(merchant, "mrr_customer_monthly"):
        by_customer[row["variant"], row["currency"], row["month"]] += row["closing_minor"]
    for row in monthly:
        assert by_customer[row["variant"], row["currency"], row["month"]] == row["closing_minor"]
    check_mrr_of_items(merchant, monthly)


def check_mrr_of_items(merchant: Path, monthly: list[Json]) -> None:
    """The items in force at the end of the last month make up its closing; an item's history has no gap or overlap."""
    last = max((row["month"] for row in monthly), default=None)
    closing: Counter[tuple[str, str]] = Counter()
    histories: dict[str, list[Json]] = {}
    for row in truth(merchant, "subscription_item_history"):
        histories.setdefault(row["subscription_item_id"], []).append(row)
        if row["is_current"]:
            for variant in VARIANTS:
                closing[variant, row["currency"]] += row[f"mrr_{variant}_minor"]
    for rows in histories.values():
        ordered = sorted(rows, key=lambda row: row["valid_from"])
        assert all(row["valid_from"] < row["valid_to"] for row in ordered)
        assert all(one["valid_to"] == other["valid_from"] for one, other in pairwise(ordered))
    for row in monthly:
        if row["month"] == last:
            assert closing[row["variant"], row["currency"]] == row["closing_minor"]


def check_deferred_revenue(merchant: Path) -> None:
    """Opening + changes = closing, month to month; in the end all that was billed is earned or taken off."""
    moves = ("billed", "credited", "refunded", "voided", "written_off", "unbilled_change")
    closing: Counter[str] = Counter()
    unbilled: Counter[str] = Counter()
    for row in truth(merchant, "deferred_revenue_monthly"):
        moved = sum(row[f"{name}_minor"] for name in moves) - row["recognised_minor"]
        assert row["opening_minor"] == closing[row["currency"]]
        assert row["opening_minor"] + moved == row["closing_minor"]
        closing[row["currency"]] = row["closing_minor"]
        unbilled[row["currency"]] = row["unbilled_minor"]
    assert not any(closing.values())
    assert not any(unbilled.values())
    credited: Counter[str] = Counter()
    for note in truth(merchant, "credit_notes"):
        assert note["amount_minor"] + note["tax_minor"] == note["total_minor"]
        credited[note["invoice_id"]] += note["total_minor"]
    total = {invoice["invoice_id"]: invoice["total_minor"] for invoice in truth(merchant, "invoices")}
    assert all(amount <= total[invoice_id] for invoice_id, amount in credited.items())


def test_identities_of_a_merchant(merchant: Path) -> None:
    check_balance(merchant)
    check_invoices(merchant)
    check_deferred_revenue(merchant)
    check_mrr(merchant)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_identities_of_any_tiny_merchant(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    out = tmp_path_factory.mktemp("tiny") / "m"
    simulate(seed=seed, customers=5, days=60, out=out)
    check_balance(out)
    check_invoices(out)
    check_deferred_revenue(out)
    check_mrr(out)


def test_only_the_last_month_is_incomplete(merchant: Path) -> None:
    for table in ("mrr_monthly", "balance_monthly"):
        rows = truth(merchant, table)
        last = max(row["month"] for row in rows)
        assert all(row["is_complete"] == (row["month"] < last) for row in rows)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default merchant."""
    return simulate(out=tmp_path_factory.mktemp("large") / "m").out


def test_the_default_merchant_has_everything_in_it(large: Path) -> None:
    stripe = large / "exports" / "stripe"
    movements = truth(large, "mrr_movements")
    found = Counter((row["movement"], row["churn_reason"]) for row in movements)
    assert {kind for kind, _ in found} == set(KINDS)
    assert found["churn", "voluntary"]
    assert found["churn", "payment_failure"]
    assert {row["currency"] for row in movements} == {"USD", "EUR", "JPY"}
    types = {event["type"] for event in events(stripe)}
    assert {
        "charge.captured",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.refunded",
        "credit_note.created",
        "customer.deleted",
        "customer.updated",
        "invoice.marked_uncollectible",
        "invoice.payment_failed",
        "invoice.voided",
        "payout.failed",
    } <= types
    assert {note["refund"] is None for note in objects(stripe, "credit_notes")} == {True, False}
    months = truth(large, "deferred_revenue_monthly")
    assert {name for name in months[0] if any(row[name] for row in months)} == set(months[0])
    subs = objects(stripe, "subscriptions")
    assert {"active", "canceled", "incomplete_expired"} <= {sub["status"] for sub in subs}
    reasons = {sub["cancellation_details"]["reason"] for sub in subs}
    assert reasons == {None, "cancellation_requested", "payment_failed"}
    history = truth(large, "subscription_item_history")
    assert {"trialing", "past_due", "paused", "migration"} <= {row["status"] for row in history} | {
        row["end_reason"] for row in history
    }
    assert {(row["interval"], row["interval_count"]) for row in history} == {
        ("week", 1),
        ("month", 1),
        ("month", 3),
        ("year", 1),
    }
    disputes = Counter(row["outcome"] for row in truth(large, "disputes"))
    assert disputes["won"]
    assert disputes["lost"]
    assert disputes["closed"]
    categories = {one["reporting_category"] for one in objects(stripe, "balance_transactions")}
    assert categories == {
        "charge",
        "partial_capture_reversal",
        "refund",
        "dispute",
        "dispute_reversal",
        "fee",
        "payout",
        "payout_reversal",
    }
    assert any(charge["customer"] is None for charge in objects(stripe, "charges"))
    assert all(row["amount_minor"] != 0 for row in movements)
    durations = {(one["duration"], one["amount_off"] is None) for one in objects(stripe, "coupons")}
    assert len(durations) == 6
    check_balance(large)
    check_invoices(large)
    check_deferred_revenue(large)
    check_mrr(large)
