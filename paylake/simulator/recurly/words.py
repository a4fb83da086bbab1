"""How Recurly writes amounts, times and what the ledger says in other words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from paylake.simulator.clock import at, midnight, month_of, months_between, next_month
from paylake.simulator.ledger import Ledger, Price

Row = dict[str, str]
SITE_ZONE = ZoneInfo("America/Los_Angeles")
UNITS = {"month": "months", "year": "months"}
LENGTHS = {"month": 1, "year": 12}
FAILURES = {
    "insufficient_funds": "insufficient_funds",
    "generic_decline": "declined",
    "do_not_honor": "temporary_hold",
    "try_again_later": "try_again",
    "expired_card": "expired_card",
    "lost_card": "fraud_stolen_card",
    "stolen_card": "fraud_stolen_card",
    "pickup_card": "card_blocked",
}
"""Recurly's error code by the ledger's decline code."""


def major(amount: int, currency: str) -> str:
    """Minor units as a decimal text in major units."""
    if currency == "jpy":
        return str(amount)
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def site_time(instant: int | None) -> str:
    """As exports write it: in the zone of the site."""
    return "" if instant is None else f"{at(instant).astimezone(SITE_ZONE):%Y-%m-%d %H:%M:%S %Z}"


def api_time(instant: int | None) -> str | None:
    """As the API writes it."""
    return None if instant is None else f"{at(instant):%Y-%m-%dT%H:%M:%SZ}"


def plan_code(price: Price) -> str:
    """The plan that a price is one of, in its currency."""
    every = {("month", 1): "monthly", ("month", 3): "quarterly", ("year", 1): "yearly"}
    return f"{price.nickname}-{every[price.interval, price.interval_count]}"


def is_plan(price: Price) -> bool:
    """Whether it is sold there on its own."""
    return price.interval in UNITS and not price.is_metered


def months(ledger: Ledger) -> list[tuple[str, int, int]]:
    """Name, first second and end of every month of the ledger; the last one ends with it."""
    found = months_between(month_of(ledger.start), month_of(ledger.end - 1))
    return [(f"{one:%Y-%m}", midnight(one), min(midnight(next_month(one)), ledger.end)) for one in found]


def before(until: int, *instants: int | None) -> int | None:
    """The latest of the instants before `until`."""
    return max((one for one in instants if one is not None and one < until), default=None)


def export(header: Iterable[str], rows: Iterable[Row]) -> str:
    """A CSV export with these columns; a row may have more, and has nothing in those that it lacks."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(header), restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
