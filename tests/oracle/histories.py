"""Random item histories: valid by construction, nasty on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from oracle.mrr import OPEN_END, Discount, State

START = datetime(2025, 1, 1, tzinfo=UTC)
AMOUNTS = (0, 1, 99, 500, 700, 1900, 4999, 28000, 1386000)
EVERY = (("month", 1), ("month", 1), ("month", 3), ("year", 1), ("week", 1), ("day", 1), ("month", 6))
STATUSES = ("active", "active", "active", "active", "past_due", "paused", "paused", "unpaid", "trialing", "incomplete")
PERCENTS = (1000, 1250, 2500, 3333, 5000, 10000)


def random_history(seed: int, customers: int, days: int = 150) -> list[State]:
    """Item histories of some customers."""
    rng = Random(seed)
    return [row for number in range(customers) for row in _customer(rng, f"{seed}-{number}", days)]


def _instant(rng: Random, first: datetime, days: int) -> datetime:
    """An instant, often one that others share: midnight, a month's first or last second."""
    at = first + timedelta(seconds=rng.randrange(1, days * 86400))
    roll = rng.random()
    if roll < 0.3:
        return at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    if roll < 0.5:
        return at.replace(day=1, hour=0, minute=0, second=0) + timedelta(days=32)
    return at


def _discounts(rng: Random, name: str, days: int) -> tuple[Discount, ...]:
    found = []
    for index in range(rng.choice((0, 0, 0, 1, 1, 2))):
        starts_at = _instant(rng, START, days)
        duration = rng.choice(("once", "repeating", "forever"))
        ends_at = OPEN_END if duration == "forever" else starts_at + timedelta(days=rng.randrange(1, 100))
        percent = rng.choice(PERCENTS) if rng.random() < 0.5 else None
        amount = None if percent else rng.choice((1, 100, 1000, 2000000))
        found.append(Discount(f"{name}-{index}", percent, amount, duration, starts_at, ends_at, is_of_item=False))
    return tuple(found)


def _customer(rng: Random, customer: str, days: int) -> Iterator[State]:
    currency = rng.choice(("USD", "EUR", "JPY"))
    shared = [_instant(rng, START, days) for _ in range(3)]
    for number in range(rng.choice((1, 1, 2, 3))):
        subscription = f"{customer}-sub{number}"
        discounts = _discounts(rng, subscription, days)
        for item in range(rng.choice((1, 1, 2))):
            own = _discounts(rng, f"{subscription}-{item}", days) if rng.random() < 0.15 else ()
            own = tuple(Discount(**(vars(one) | {"is_of_item": True})) for one in own)
            yield from _item(
                rng, customer, currency, subscription, f"{subscription}-{item}", discounts + own, shared, days
            )


def _item(
    rng: Random, customer: str, currency: str, subscription: str, item: str, discounts: tuple[Discount, ...],
    shared: list[datetime], days: int,
) -> Iterator[State]:  # fmt: skip
    edges = {
        rng.choice(shared) if rng.random() < 0.4 else _instant(rng, START, days) for _ in range(rng.randrange(1, 6))
    }
    starts = sorted(edges)
    every = rng.choice(EVERY)
    for index, (valid_from, valid_to) in enumerate(zip(starts, [*starts[1:], OPEN_END], strict=True)):
        is_end = index > 0 and index == len(starts) - 1 and rng.random() < 0.5
        status = "canceled" if is_end else rng.choice(STATUSES)
        yield State(
            item, subscription, customer, currency, rng.choice(AMOUNTS), *every, status,
            discounts if rng.random() < 0.8 else (),
            _instant(rng, valid_from, 40) if status == "trialing" else None,
            rng.choice(("voluntary", "payment_failure", "migration")) if is_end else None, valid_from, valid_to,
        )  # fmt: skip
