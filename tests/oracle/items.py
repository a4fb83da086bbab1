"""Rows of a history from the states that an item went through; instants are epoch seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

OPEN_END = 253402214400
"""9999-12-31."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is kept of an item at an instant."""

    price_id: str | None
    quantity: int | None
    amount_minor: int | None
    currency: str | None
    interval: str | None
    interval_count: int | None
    status: str
    discounts: tuple[tuple[Any, ...], ...] = ()
    trial_ends_at: int | None = None
    cancel_requested_at: int | None = None
    cancel_at: int | None = None
    end_reason: str | None = None

    @property
    def is_ended(self) -> bool:
        return self.status == "canceled"


@dataclass
class Life:
    """An item from its first state on; states come in their order, one at an instant."""

    item_id: str
    subscription_id: str
    customer_id: str | None
    states: list[tuple[int, Facts]] = field(default_factory=list)

    def add(self, at: int, facts: Facts) -> None:
        """One more state: nothing when it says the same, or when the item has ended and still has."""
        if self.states:
            last = self.states[-1][1]
            if last == facts or (last.is_ended and facts.is_ended):
                return
        self.states.append((at, facts))


def rows(lives: Iterable[Life]) -> list[Json]:
    """One row per item and state, up to the next state or the open end."""
    found = []
    for life in lives:
        ends = [at for at, _ in life.states[1:]] + [OPEN_END]
        for (at, facts), end in zip(life.states, ends, strict=True):
            found.append(
                {
                    "subscription_item_id": life.item_id,
                    "subscription_id": life.subscription_id,
                    "customer_id": life.customer_id,
                    **vars(facts),
                    "ended_at": at if facts.is_ended else None,
                    "valid_from": at,
                    "valid_to": end,
                    "is_current": end == OPEN_END,
                }
            )
    return found
