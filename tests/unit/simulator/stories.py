"""Hand-written subscriptions: short enough to compute their MRR with a pencil."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from paylake.simulator.ledger import Coupon, Discount, Item, Price, Subscription, SubscriptionState


def day(text: str) -> int:
    """Epoch seconds of `2025-01-31` or `2025-01-31 10:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def price(
    amount: int, interval: str = "month", count: int = 1, currency: str = "usd", is_metered: bool = False
) -> Price:
    name = f"{amount}-{count}-{interval}"
    return Price(f"price_{name}", "prod_1", name, currency, amount, interval, count, is_metered, 0)


def item(
    amount: int,
    interval: str = "month",
    count: int = 1,
    quantity: int = 1,
    currency: str = "usd",
    is_metered: bool = False,
    name: str = "si_1",
) -> Item:
    return Item(name, price(amount, interval, count, currency, is_metered), quantity, 0)


def discount(
    start: str, duration: str, percent: str | None = None, amount: int | None = None, end: str = ""
) -> Discount:
    months = 3 if duration == "repeating" else None
    coupon = Coupon("CPN", "A coupon", percent, amount, None, duration, months, 0)
    return Discount(f"di_{start}", coupon, day(start), day(end) if end else None)


def subscription(start: str, period_end: str, *items: Item, name: str = "sub_1", **facts: Any) -> Subscription:
    """A subscription that is active from its first second unless told otherwise."""
    state = SubscriptionState(
        at=day(start),
        status=facts.pop("status", "active"),
        items=items,
        anchor=day(start),
        period_start=day(start),
        period_end=day(period_end),
        **facts,
    )
    return Subscription(name, "cus_1", items[0].price.currency, day(start), [state])
