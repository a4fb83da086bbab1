"""What of the merchant's business the App Store does: three storefronts, fiscal months, payment in euros."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from paylake.simulator.clock import at, midnight
from paylake.simulator.ledger import half_up
from paylake.simulator.market import Market, Store

WEEK = timedelta(days=7)
WEEKS = (5, 4, 4) * 4


def _year_start(year: int) -> date:
    """The day after the last Saturday of September: a fiscal year begins."""
    last = date(year, 9, 30)
    return last - timedelta(days=(last.weekday() - 5) % 7) + timedelta(days=1)


def fiscal_month(instant: int) -> tuple[int, int]:
    """Start and end of the fiscal month: five, four and four weeks a quarter; in long years December has five, too."""
    day = at(instant).date()
    first = _year_start(day.year)
    start, following = (first, _year_start(day.year + 1)) if day >= first else (_year_start(day.year - 1), first)
    is_long = following - start > 52 * WEEK
    for number, weeks in enumerate(WEEKS):
        end = start + (weeks + (is_long and number == 2)) * WEEK
        if day < end:
            break
        start = end
    return midnight(start), midnight(end)


def month_name(start: int, end: int) -> str:
    """The month that a fiscal month is called by: the one of its middle."""
    return f"{at((start + end) // 2):%B, %Y}"


def kept(amount: int, currency: str) -> int:
    """The tax in a price (20 % of the net price in euros, 10 % in yen, none in dollars) and 30 % of what is left."""
    net = Fraction(amount) / {"eur": Fraction(6, 5), "jpy": Fraction(11, 10)}.get(currency, Fraction(1))
    return amount - half_up(net * 7 / 10)


STORE = Store(
    period=fiscal_month,
    payout_days=33,
    bank_currency="eur",
    rates={"usd": "0.92150", "jpy": "0.00610"},
    converts_sales=False,
    has_trials=True,
    has_pauses=False,
    has_plan_changes=True,
)
MARKET = Market(
    countries={"usd": ("US",), "eur": ("DE", "FR", "IT"), "jpy": ("JP",)},
    customers=(50, 35, 15),
    sales=(5, 4, 1),
    settlement_days={},
    payout_weekday={},
    dispute_fee={},
    fee=kept,
    days_between_sales=1.5,
    store=STORE,
)
