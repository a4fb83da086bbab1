"""What of the merchant's business Razorpay does: India, in rupees, one plan to a subscription."""

from __future__ import annotations

from fractions import Fraction

from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market


def bare_fee(amount: int) -> int:
    """The fee without tax: 2 %."""
    return half_up(Fraction(amount * 2, 100))


def fee_tax(amount: int) -> int:
    """The tax on the fee: 18 % of it."""
    return half_up(Fraction(bare_fee(amount) * 18, 100))


MARKET = Market(
    countries={"inr": ("IN",)},
    customers=(1,),
    sales=(1,),
    settlement_days={"inr": 2},
    payout_weekday={"inr": None},
    dispute_fee={"inr": 0},
    fee=lambda amount, _: bare_fee(amount) + fee_tax(amount),
    days_between_sales=1.5,
    has_partial_captures=False,
    has_several_items=False,
    has_prorations=False,
)
