"""The clock of the simulation: an agenda of things to do, the ledger they fill, the dice they throw."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from paylake.simulator.catalog import Catalog, build_catalog
from paylake.simulator.ledger import Customer, Ledger, Naming, Subscription, SubscriptionState
from paylake.simulator.market import Market


@dataclass
class World:
    """State of a run. Nothing scheduled at or after the ledger's end ever happens."""

    ledger: Ledger
    new_id: Naming
    rng: Random
    market: Market
    catalog: Catalog = field(init=False)
    now: int = field(init=False)
    customers: dict[str, Customer] = field(default_factory=dict)
    _agenda: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _scheduled: int = 0

    def __post_init__(self) -> None:
        """Open the shop."""
        self.now = self.ledger.start
        self.catalog = build_catalog(self.ledger, self.new_id, self.market.currencies, self.market.undone)

    def at(self, instant: int, act: Callable[[], None]) -> None:
        """Do something at an instant; what falls on one instant happens in the order in which it was scheduled."""
        if instant < self.ledger.end:
            heapq.heappush(self._agenda, (instant, self._scheduled, act))
            self._scheduled += 1

    def change_at(self, sub: Subscription, instant: int, act: Callable[[], None]) -> None:
        """Do something that changes a subscription, later if the instant is taken or a renewal falls on it."""

        def when_free() -> None:
            if sub.last.at >= self.now or sub.last.period_end == self.now:
                self.at(self.now + 13, when_free)
            else:
                act()

        self.at(instant, when_free)

    def run(self) -> None:
        """Live through the agenda until the end."""
        while self._agenda:
            self.now, _, act = heapq.heappop(self._agenda)
            act()

    def change(self, sub: Subscription, **changes: object) -> SubscriptionState:
        """Change a subscription now; a repeating discount that has run out goes with it."""
        discount = sub.last.discount
        if discount and discount.ends_at is not None and self.now >= discount.ends_at:
            changes.setdefault("discount", None)
        return sub.change(self.now, **changes)
