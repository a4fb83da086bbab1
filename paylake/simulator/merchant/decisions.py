"""What customers decide while subscribed: other plans and quantities, pauses, coupons, leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paylake.simulator.catalog import TIERS
from paylake.simulator.clock import DAY, HOUR, period_end
from paylake.simulator.ledger import Item, Price, Subscription
from paylake.simulator.merchant.subscriptions import Subscriptions

# decision, weight per month; what is left to 100 is doing nothing
WEIGHTS = {
    "upgrade": 5,
    "downgrade": 3,
    "quantity": 6,
    "add_item": 3,
    "remove_item": 2,
    "swap_item": 1,
    "yearly": 2,
    "coupon": 2,
    "pause": 3,
    "cancel_later": 4,
    "cancel_now": 1,
    "migrate": 1,
}
QUIET = 100 - sum(WEIGHTS.values())


class Decisions:
    """Once a month, more or less, every subscription's owner thinks about it."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self.subscriptions = subscriptions
        self.world = subscriptions.world
        self.billing = subscriptions.billing
        self._watched = 0
        self._watch()

    def _watch(self) -> None:
        """Give new subscriptions their first thought; looks once every half day."""
        subs = self.world.ledger.subscriptions
        for sub in subs[self._watched :]:
            self._think_later(sub, sub.created_at + 2 * DAY)
        self._watched = len(subs)
        self.world.at(self.world.now + DAY // 2, self._watch)

    def _think_later(self, sub: Subscription, earliest: int) -> None:
        instant = max(earliest, self.world.now) + self.world.rng.randrange(HOUR, 29 * DAY)
        self.world.change_at(sub, instant, lambda: self._think(sub))

    def _think(self, sub: Subscription) -> None:
        state, rng = sub.last, self.world.rng
        if state.status in ("canceled", "incomplete_expired"):
            return
        if state.status == "trialing":
            self._think_in_trial(sub)
        elif state.status == "active" and not state.is_paused:
            if state.cancel_at_period_end:
                if rng.random() < 0.25:
                    self.world.change(sub, cancel_at_period_end=False, canceled_at=None)
            else:
                names = (*WEIGHTS, "nothing")
                decision = rng.choices(names, (*WEIGHTS.values(), QUIET))[0]
                act: Callable[[Subscription], None] = getattr(self, f"_{decision}")
                if decision not in self.world.market.undone:
                    act(sub)
        self._think_later(sub, self.world.now + 12 * DAY)

    def _think_in_trial(self, sub: Subscription) -> None:
        roll = self.world.rng.random()
        if roll < 0.35:
            self._cancel_later(sub)
        elif roll < 0.45:
            self.subscriptions.cancel_now(sub)

    def _nothing(self, sub: Subscription) -> None:
        """Most months."""

    def _set_items(self, sub: Subscription, items: tuple[Item, ...]) -> None:
        before = sub.last.items
        self.world.change(sub, items=items)
        self.billing.prorate(sub, before, items)

    def _reprice(self, sub: Subscription, step: int) -> None:
        main = sub.last.items[0]
        if main.price.nickname not in TIERS:
            return
        rank = TIERS.index(main.price.nickname) + step
        if not 0 <= rank < len(TIERS):
            return
        price = main.price
        other = self.world.catalog.find(TIERS[rank], sub.currency, price.interval, price.interval_count)
        if other:
            self._set_items(sub, (replace(main, price=other), *sub.last.items[1:]))

    def _upgrade(self, sub: Subscription) -> None:
        self._reprice(sub, 1)

    def _downgrade(self, sub: Subscription) -> None:
        self._reprice(sub, -1)

    def _quantity(self, sub: Subscription) -> None:
        """The last licensed item gets more or fewer."""
        items = list(sub.last.items)
        index = max(i for i, item in enumerate(items) if not item.price.is_metered)
        item = items[index]
        if not item.amount:
            return
        quantity = max(1, item.quantity + self.world.rng.choice((-2, -1, 1, 1, 2, 3)))
        if quantity != item.quantity:
            items[index] = replace(item, quantity=quantity)
            self._set_items(sub, tuple(items))

    def _addon(self, sub: Subscription) -> Price | None:
        price = sub.last.items[0].price
        names = ("seats", "seats", "api") if price.interval == "month" else ("seats",)
        return self.world.catalog.find(self.world.rng.choice(names), sub.currency, price.interval, price.interval_count)

    def _add_item(self, sub: Subscription) -> None:
        price = self._addon(sub)
        if price and len(sub.last.items) == 1 and self.world.market.has_several_items:
            quantity = 1 if price.is_metered else self.world.rng.randrange(1, 6)
            self._set_items(sub, (*sub.last.items, self.subscriptions.item(price, quantity)))

    def _remove_item(self, sub: Subscription) -> None:
        if len(sub.last.items) > 1:
            self._set_items(sub, sub.last.items[:1])

    def _swap_item(self, sub: Subscription) -> None:
        """One item ends and another starts at the same instant, inside the subscription."""
        main = sub.last.items[0]
        self._set_items(sub, (self.subscriptions.item(main.price, main.quantity + 1), *sub.last.items[1:]))

    def _yearly(self, sub: Subscription) -> None:
        """From month to year: a new anchor, a new period, an invoice at once."""
        state, world = sub.last, self.world
        main = state.items[0]
        is_once = state.discount is not None and state.discount.coupon.duration == "once"
        price = world.catalog.find(main.price.nickname, sub.currency, "year")
        if len(state.items) > 1 or main.price.interval != "month" or is_once or not main.amount or not price:
            return
        now = world.now
        item = replace(main, price=price)
        self.billing.prorate(sub, state.items, ())
        end = period_end(now, now, "year", 1)
        world.change(sub, items=(item,), anchor=now, period_start=now, period_end=end)
        lines = self.billing.period_lines((item,), now, end)
        invoice = self.billing.issue(sub, "subscription_update", lines, now, now)
        sub.states[-1] = replace(sub.last, invoice_id=invoice.id)
        self.subscriptions.schedule_renewal(sub)
        self.billing.finalize(sub, invoice)

    def _coupon(self, sub: Subscription) -> None:
        if sub.last.discount is None and sub.last.items[0].amount:
            coupon = self.subscriptions.draw_coupon(sub.currency, ("repeating", "repeating", "forever"))
            self.world.change(sub, discount=self.subscriptions.discount(coupon))

    def _pause(self, sub: Subscription) -> None:
        world, rng = self.world, self.world.rng
        length = rng.randrange(10 * DAY, 75 * DAY)
        is_timed = rng.random() < 0.5
        world.change(sub, is_paused=True, resumes_at=world.now + length if is_timed else None)

        def wake() -> None:
            if sub.last.is_paused and sub.last.status == "active":
                if is_timed or rng.random() < 0.7:
                    world.change(sub, is_paused=False, resumes_at=None)
                else:
                    self.subscriptions.cancel_now(sub)

        world.change_at(sub, world.now + length, wake)

    def _cancel_later(self, sub: Subscription) -> None:
        self.world.change(sub, cancel_at_period_end=True, canceled_at=self.world.now)

    def _cancel_now(self, sub: Subscription) -> None:
        self.subscriptions.cancel_now(sub)

    def _migrate(self, sub: Subscription) -> None:
        self.subscriptions.migrate(sub)
