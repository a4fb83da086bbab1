"""What of the merchant's business Adyen does: sales in euros and pounds."""

from __future__ import annotations

from fractions import Fraction

from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market


def payment_fee(amount: int, currency: str) -> int:
    """Interchange, scheme fees and markup of a payment together: 1.1 % + 11 minor units."""
    return half_up(Fraction(amount * 11, 1000)) + 11


MARKET = Market(
    countries={"eur": ("NL", "BE", "DE"), "gbp": ("GB",)},
    customers=(7, 3),
    sales=(7, 3),
    settlement_days={"eur": 1, "gbp": 2},
    payout_weekday={"eur": 1, "gbp": 3},
    dispute_fee={"eur": 750, "gbp": 650},
    is_dispute_fee_returned=False,
    is_captured_in_part=True,
    fee=payment_fee,
    usage_fee=2,
    has_subscriptions=False,
    days_between_sales=0.3,
)
