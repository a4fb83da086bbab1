"""What of the merchant's business Google Play does: four currencies, each sale converted to euros, paid by month."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from paylake.simulator.clock import at
from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market, Store

PACIFIC = ZoneInfo("America/Los_Angeles")


def pacific(instant: int) -> datetime:
    """An instant as the clocks of Google's reports show it."""
    return at(instant).astimezone(PACIFIC)


def pacific_month(instant: int) -> tuple[int, int]:
    """Start and end of the month in Pacific time that holds an instant."""
    first = pacific(instant).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int(first.timestamp()), int(following.timestamp())


def service_fee(amount: int, currency: str) -> int:
    """What Google keeps of a sale: 15 %."""
    return half_up(Fraction(amount * 15, 100))


STORE = Store(
    period=pacific_month,
    payout_days=14,
    bank_currency="eur",
    rates={"eur": "1.00000", "usd": "0.92150", "jpy": "0.00610", "inr": "0.01086"},
    converts_sales=True,
    has_trials=False,
    has_pauses=True,
    has_plan_changes=False,
)
MARKET = Market(
    countries={"usd": ("US", "CA"), "eur": ("DE", "ES", "NL"), "jpy": ("JP",), "inr": ("IN",)},
    customers=(40, 30, 10, 20),
    sales=(4, 3, 1, 2),
    settlement_days={},
    payout_weekday={},
    dispute_fee={},
    fee=service_fee,
    days_between_sales=1.0,
    store=STORE,
)
