"""Names and months of MRR movements: a failure means that the bridge from opening to closing tells a wrong story."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from stories import day, discount, item, subscription

from paylake.simulator.ledger import Subscription
from paylake.simulator.truth.movements import KINDS, customer_months, customer_movements, name_movement, sum_months
from paylake.simulator.truth.mrr import Variant, stretches

UNTIL = day("2026-01-01")


def told(*subs: Subscription, variant: Variant = "contract") -> list[tuple[str, int, str]]:
    """(kind, amount, day) of one customer's movements."""
    from paylake.simulator.clock import at

    movements = customer_movements(variant, "usd", "cus_1", [stretches(sub, UNTIL) for sub in subs])
    return [(one.kind, one.amount, f"{at(one.at):%m-%d}") for one in movements]


@pytest.mark.parametrize(
    ("before", "after", "has_been", "is_paused", "is_resumed", "kind"),
    [
        (0, 5, False, False, False, "new"),
        (0, 5, False, False, True, "new"),
        (0, 5, True, False, False, "reactivation"),
        (0, 5, True, False, True, "resumed"),
        (5, 0, True, False, False, "churn"),
        (5, 0, True, True, False, "paused"),
        (5, 7, True, True, True, "expansion"),
        (7, 5, True, True, False, "contraction"),
    ],
)
def test_every_name(before: int, after: int, has_been: bool, is_paused: bool, is_resumed: bool, kind: str) -> None:
    assert name_movement(before, after, has_been, is_paused, is_resumed) == kind


def test_a_pause_and_its_end() -> None:
    sub = subscription("2025-01-01", "2025-02-01", item(1900))
    sub.change(day("2025-02-10"), is_paused=True)
    sub.change(day("2025-03-12"), is_paused=False)
    assert told(sub) == [("new", 1900, "01-01"), ("paused", -1900, "02-10"), ("resumed", 1900, "03-12")]
    gap = customer_movements("net", "usd", "cus_1", [stretches(sub, UNTIL)])[-1].gap_days
    assert gap == 30


def test_coming_back_after_leaving_while_paused_is_reactivation() -> None:
    first = subscription("2025-01-01", "2025-02-01", item(1900))
    first.change(day("2025-02-10"), is_paused=True)
    first.change(day("2025-03-12"), status="canceled", ended_at=day("2025-03-12"), end_reason="voluntary")
    second = subscription("2025-05-01", "2025-06-01", item(4900), name="sub_2")
    assert told(first, second) == [
        ("new", 1900, "01-01"),
        ("paused", -1900, "02-10"),
        ("reactivation", 4900, "05-01"),
    ]


def test_a_plan_migration_is_no_churn() -> None:
    old = subscription("2025-01-01", "2025-02-01", item(1900))
    old.change(day("2025-03-05"), status="canceled", ended_at=day("2025-03-05"), end_reason="migration")
    same = subscription("2025-03-05", "2025-04-05", item(1900), name="sub_2")
    dearer = subscription("2025-03-05", "2025-04-05", item(4900), name="sub_3")
    assert told(old, same) == [("new", 1900, "01-01")]
    assert told(old, dearer) == [("new", 1900, "01-01"), ("expansion", 3000, "03-05")]


def test_losing_one_of_two_subscriptions_is_contraction() -> None:
    one = subscription("2025-01-01", "2025-02-01", item(1900))
    two = subscription("2025-01-08", "2025-02-08", item(4900), name="sub_2")
    two.change(day("2025-04-08"), status="canceled", ended_at=day("2025-04-08"), end_reason="voluntary")
    assert told(one, two) == [("new", 1900, "01-01"), ("expansion", 4900, "01-08"), ("contraction", -4900, "04-08")]


def test_a_discount_that_runs_out_is_expansion_in_net_only() -> None:
    half = discount("2025-01-05", "repeating", percent="50", end="2025-04-05")
    sub = subscription("2025-01-05", "2025-02-05", item(4900), discount=half)
    assert told(sub) == [("new", 4900, "01-05")]
    assert told(sub, variant="net") == [("new", 2450, "01-05"), ("expansion", 2450, "04-05")]


def test_why_a_customer_churned() -> None:
    sub = subscription("2025-01-01", "2025-02-01", item(1900))
    sub.change(day("2025-02-01"), status="past_due")
    sub.change(day("2025-02-18"), status="canceled", ended_at=day("2025-02-18"), end_reason="payment_failure")
    churn = customer_movements("net", "usd", "cus_1", [stretches(sub, UNTIL)])[-1]
    assert (churn.kind, churn.churn_reason) == ("churn", "payment_failure")


def test_new_and_churned_in_one_month_are_both_counted() -> None:
    sub = subscription("2025-01-03", "2025-01-10", item(500, "week"))
    sub.change(day("2025-01-24"), status="canceled", ended_at=day("2025-01-24"), end_reason="voluntary")
    months = customer_months(customer_movements("net", "usd", "cus_1", [stretches(sub, UNTIL)]), date(2025, 3, 1))
    january = months[date(2025, 1, 1)]
    assert (january.opening, january.by_kind["new"], january.by_kind["churn"], january.closing) == (0, 2167, -2167, 0)
    assert list(months) == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]


def test_months_chain_and_close() -> None:
    sub = subscription("2025-01-31", "2025-02-28", item(1900))
    sub.change(day("2025-03-01"), items=(item(4900),))
    sub.change(day("2025-04-30"), status="canceled", ended_at=day("2025-04-30"), end_reason="voluntary")
    own = customer_months(customer_movements("net", "usd", "cus_1", [stretches(sub, UNTIL)]), date(2025, 5, 1))
    total = sum_months([own, own, {}], date(2024, 12, 1), date(2025, 5, 1))
    assert [month.closing for month in total.values()] == [0, 3800, 3800, 9800, 0, 0]
    assert all(month.opening + sum(month.by_kind[kind] for kind in KINDS) == month.closing for month in total.values())
    assert all(one.closing == other.opening for one, other in pairwise(total.values()))
