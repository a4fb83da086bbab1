"""What of the merchant's business Braintree does."""

from __future__ import annotations

from fractions import Fraction

from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market

RATES = {"usd": ("0.0259", 49), "eur": ("0.0190", 30)}
"""Braintree's share of a payment and its fee per transaction, by currency."""


def fee(amount: int, currency: str) -> int:
    """What Braintree keeps of a payment."""
    rate, fixed = RATES[currency]
    return half_up(amount * Fraction(rate)) + fixed


MARKET = Market(
    countries={"usd": ("US", "CA"), "eur": ("FR", "NL", "ES")},
    customers=(60, 40),
    sales=(3, 2),
    settlement_days={"usd": 1, "eur": 2},
    payout_weekday={"usd": None, "eur": None},
    dispute_fee={"usd": 0, "eur": 0},
    fee=fee,
    is_captured_in_part=True,
    days_between_sales=1.0,
    has_several_items=False,
    undone=("week", "yearly", "swap_item", "coupon", "pause"),
    has_failed_payouts=False,
)
"""A subscription is one plan, of whole months; fees of disputes are billed apart, at the end of the month."""
