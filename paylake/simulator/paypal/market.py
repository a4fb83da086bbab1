"""What of the merchant's business PayPal does: single sales, in dollars and euros; yen become dollars at once."""

from fractions import Fraction

from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market

RATES = {"usd": (349, 49), "eur": (299, 39), "jpy": (360, 40)}
"""By currency, ten-thousandths of a payment and a fixed part in minor units."""


def fee(amount: int, currency: str) -> int:
    """What PayPal keeps of a payment."""
    share, fixed = RATES[currency]
    return half_up(Fraction(amount * share, 10_000)) + fixed


MARKET = Market(
    countries={"usd": ("US", "GB", "AU"), "eur": ("DE", "FR", "IT"), "jpy": ("JP",)},
    customers=(6, 3, 1),
    sales=(6, 3, 2),
    settlement_days={"usd": 0, "eur": 0, "jpy": 0},
    payout_weekday={"usd": 2, "eur": 0, "jpy": None},
    dispute_fee={"usd": 2000, "eur": 1600, "jpy": 1300},
    fee=fee,
    usage_fee=2,
    has_subscriptions=False,
    has_inquiries=False,
    days_between_sales=0.8,
    other_days=0,
    is_captured_in_part=True,
    has_fees_apart=True,
    known_by_source=("refund", "dispute", "payout"),
    conversions={"jpy": ("usd", Fraction(64, 100))},
)
