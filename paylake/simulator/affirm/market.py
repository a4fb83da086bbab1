"""What of the merchant's business Affirm does: single sales paid by loan, in US and Canadian dollars."""

from __future__ import annotations

from fractions import Fraction

from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market

RATE = Fraction("0.0599")
PER_TRANSACTION = 30


def bare_fee(amount: int) -> int:
    """The share of a sale that Affirm keeps, and gives back with a refund."""
    return half_up(amount * RATE)


MARKET = Market(
    countries={"usd": ("US",), "cad": ("CA",)},
    customers=(3, 1),
    sales=(3, 1),
    settlement_days={"usd": 1, "cad": 1},
    payout_weekday={"usd": None, "cad": None},
    dispute_fee={"usd": 0, "cad": 0},
    fee=lambda amount, _: bare_fee(amount) + PER_TRANSACTION,
    returned_fee=lambda amount, _: bare_fee(amount),
    usage_fee=1,
    has_subscriptions=False,
    has_inquiries=False,
    has_partial_captures=False,
    has_failed_payouts=False,
    has_weekend_payouts=False,
    has_declines=False,
    days_between_sales=0.4,
)
"""A customer whom Affirm does not approve never comes back to the merchant, so there are no declined sales."""
