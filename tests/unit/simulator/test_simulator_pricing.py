"""Amounts on invoices: a failure means that lines, discounts, taxes or fees do not add up to what is charged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import day, discount, price

from paylake.simulator import market
from paylake.simulator.ledger import InvoiceLine
from paylake.simulator.merchant import pricing

LINE = InvoiceLine("il_1", "subscription", "", price(1999), 1, 1999, 0, 1, "si_1")


def test_a_proration_is_the_share_of_the_time_left() -> None:
    start, end = day("2025-04-01"), day("2025-05-01")
    assert pricing.prorated(3000, day("2025-04-16"), start, end) == 1500
    assert pricing.prorated(1900, day("2025-04-21"), start, end) == 633


@pytest.mark.parametrize(
    ("amount", "currency", "fee"),
    [(1900, "usd", 85), (17000, "eur", 523), (2800, "jpy", 101), (50, "usd", 31), (0, "jpy", 0)],
)
def test_processing_fee(amount: int, currency: str, fee: int) -> None:
    assert market.processing_fee(amount, currency) == fee


def test_tax_is_on_what_the_discount_leaves() -> None:
    percent = discount("2025-01-01", "forever", percent="12.5")
    lines = pricing.priced([LINE, replace(LINE, amount=-800)], percent, 19)
    assert [(line.discount, line.tax) for line in lines] == [(250, 332), (-100, -133)]


def test_an_amount_off_never_exceeds_what_is_owed() -> None:
    off = discount("2025-01-01", "once", amount=5000)
    assert pricing.discounts_of([1999, -500, 1001], off) == [1999, 0, 1001]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=6))
def test_an_allocation_loses_nothing(total: int, weights: list[int]) -> None:
    parts = pricing.allocate(total, weights)
    assert sum(parts) == (total if any(weights) else 0)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
