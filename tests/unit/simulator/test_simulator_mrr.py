"""MRR of hand-written subscriptions against numbers computed by hand: a failure means that the oracle is wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest
from stories import day, discount, item, subscription

from paylake.simulator.ledger import Subscription, half_up
from paylake.simulator.truth.mrr import VARIANTS, stretches

FOREVER = day("2030-01-01")


def history(sub: Subscription, until: int = FOREVER) -> list[tuple[int, ...]]:
    """(instant, contract, net, strict) wherever one of them changes."""
    rows: list[tuple[int, ...]] = []
    for stretch in stretches(sub, until):
        amounts = tuple(stretch.total(variant) for variant in VARIANTS)
        if not rows or rows[-1][1:] != amounts:
            rows.append((stretch.at, *amounts))
    return rows


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(7, 3), 2),
        (Fraction(-7, 3), -2),
        (Fraction(3, 2), 2),
        (Fraction(0), 0),
    ],
)
def test_halves_round_away_from_zero(value: Fraction, expected: int) -> None:
    assert half_up(value) == expected


@pytest.mark.parametrize(
    ("amount", "interval", "count", "quantity", "expected"),
    [
        (1900, "month", 1, 1, 1900),
        (19000, "year", 1, 1, 1583),  # 1583.33
        (30, "year", 1, 1, 3),  # 2.5
        (13900, "month", 3, 1, 4633),  # 4633.33
        (500, "week", 1, 1, 2167),  # 2166.67
        (500, "week", 1, 3, 6500),  # 1500 * 52 / 12, not three times 2167
        (100, "day", 10, 1, 304),  # 10 * 365 / 12 = 304.17
        (0, "month", 1, 1, 0),
    ],
)
def test_an_interval_brought_to_a_month(amount: int, interval: str, count: int, quantity: int, expected: int) -> None:
    sub = subscription("2025-01-10", "2026-01-10", item(amount, interval, count, quantity))
    assert history(sub) == [(day("2025-01-10"), expected, expected, expected)]


def test_a_metered_item_counts_nothing() -> None:
    sub = subscription("2025-01-10", "2025-02-10", item(1900), item(2, is_metered=True, name="si_2"))
    assert history(sub) == [(day("2025-01-10"), 1900, 1900, 1900)]


def test_a_once_coupon_on_a_year_lowers_strict_for_that_year_only() -> None:
    once = discount("2025-01-15", "once", percent="25")
    sub = subscription("2025-01-15", "2026-01-15", item(12000, "year"), discount=once)
    sub.change(day("2025-06-01"), cancel_at_period_end=False)
    renewal = day("2026-01-15")
    sub.change(renewal, discount=None, period_start=renewal, period_end=day("2027-01-15"))
    assert history(sub) == [(day("2025-01-15"), 1000, 1000, 750), (renewal, 1000, 1000, 1000)]


def test_a_once_coupon_ends_with_its_month_though_nobody_says_so() -> None:
    once = discount("2025-01-31", "once", amount=1000)
    sub = subscription("2025-01-31", "2025-02-28", item(1900), discount=once)
    assert history(sub) == [(day("2025-01-31"), 1900, 1900, 900), (day("2025-02-28"), 1900, 1900, 1900)]


def test_a_repeating_coupon_lowers_net_and_strict_while_it_lasts() -> None:
    sub = subscription("2025-01-05", "2025-02-05", item(4900))
    half = discount("2025-01-20", "repeating", percent="50", end="2025-04-20")
    sub.change(day("2025-01-20"), discount=half)
    assert history(sub) == [
        (day("2025-01-05"), 4900, 4900, 4900),
        (day("2025-01-20"), 4900, 2450, 2450),
        (day("2025-04-20"), 4900, 4900, 4900),
    ]


def test_a_coupon_taken_off_early_ends_then() -> None:
    half = discount("2025-01-05", "repeating", percent="50", end="2025-04-05")
    sub = subscription("2025-01-05", "2025-02-05", item(4900), discount=half)
    sub.change(day("2025-02-11"), discount=None)
    assert history(sub)[1:] == [(day("2025-02-11"), 4900, 4900, 4900)]


def test_an_amount_off_in_yen_is_shared_by_the_items() -> None:
    forever = discount("2025-01-05", "forever", amount=900)
    items = (item(2800, currency="jpy"), item(1700, currency="jpy", name="si_2"))
    sub = subscription("2025-01-05", "2025-02-05", *items, discount=forever)
    (stretch,) = stretches(sub, FOREVER)
    assert [one.amounts["net"] for one in stretch.items] == [2240, 1360]
    assert stretch.total("contract") == 4500


def test_yen_per_year_have_no_hundredths() -> None:
    forever = discount("2025-01-05", "forever", percent="12.5")
    sub = subscription("2025-01-05", "2026-01-05", item(28000, "year", currency="jpy"), discount=forever)
    assert history(sub) == [(day("2025-01-05"), 2333, 2042, 2042)]  # 2333.33 and 2041.67


def test_an_amount_off_more_than_the_price_leaves_nothing() -> None:
    sub = subscription("2025-01-05", "2025-02-05", item(500), discount=discount("2025-01-05", "forever", amount=700))
    assert history(sub) == [(day("2025-01-05"), 500, 0, 0)]


def test_a_trial_counts_from_its_end_though_nobody_says_so() -> None:
    end = day("2025-01-15")
    sub = subscription("2025-01-01", "2025-01-15", item(1900), status="trialing", trial_end=end)
    assert history(sub) == [(day("2025-01-01"), 0, 0, 0), (end, 1900, 1900, 1900)]
    assert history(sub, until=end - 1) == [(day("2025-01-01"), 0, 0, 0)]


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "canceled"])
def test_a_status_that_does_not_count(status: str) -> None:
    sub = subscription("2025-01-01", "2025-02-01", item(1900), status=status)
    assert history(sub) == [(day("2025-01-01"), 0, 0, 0)]


def test_past_due_counts_and_paused_does_not() -> None:
    sub = subscription("2025-01-01", "2025-02-01", item(1900))
    sub.change(day("2025-02-01"), status="past_due")
    sub.change(day("2025-02-08"), status="active")
    sub.change(day("2025-02-10"), is_paused=True)
    sub.change(day("2025-03-10"), is_paused=False)
    assert history(sub) == [
        (day("2025-01-01"), 1900, 1900, 1900),
        (day("2025-02-10"), 0, 0, 0),
        (day("2025-03-10"), 1900, 1900, 1900),
    ]
