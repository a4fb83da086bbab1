"""The life of subscriptions: start, renewal, trials, cancellation, coming back."""

from __future__ import annotations

from dataclasses import replace

from paylake.simulator.clock import DAY, HOUR, add_months, period_end
from paylake.simulator.ledger import Coupon, Customer, Discount, Item, Price, Subscription, SubscriptionState
from paylake.simulator.merchant.billing import Billing
from paylake.simulator.merchant.world import World

MONTHLY_SHARE = 68


class Subscriptions:
    """Starts, renews and ends subscriptions. What customers decide in between is in `decisions`."""

    def __init__(self, world: World, billing: Billing) -> None:
        self.world = world
        self.billing = billing
        billing.when_lost = self.maybe_return

    def item(self, price: Price, quantity: int) -> Item:
        """A new item, created now."""
        return Item(self.world.new_id("item"), price, quantity, self.world.now)

    def discount(self, coupon: Coupon) -> Discount:
        """A coupon that starts now."""
        now = self.world.now
        months = coupon.duration_in_months
        return Discount(self.world.new_id("discount"), coupon, now, add_months(now, months) if months else None)

    def draw_items(self, currency: str) -> tuple[Item, ...]:
        """What a new customer picks: one price, often with a second one of the same interval."""
        rng, catalog = self.world.rng, self.world.catalog
        kind = rng.choices(("month", "year", "quarter", "week", "free"), (MONTHLY_SHARE, 18, 6, 5, 3))[0]
        if kind in self.world.market.undone:
            kind = "month"
        if kind == "quarter":
            return (self.item(catalog.price("team", currency, "month", 3), rng.choice((1, 1, 2))),)
        if kind == "week":
            return (self.item(catalog.price("digest", currency, "week"), rng.choice((1, 1, 3))),)
        if kind == "free":
            return (self.item(catalog.price("free", currency, "month"), 1),)
        tier = rng.choices(("starter", "team", "business"), (55, 33, 12))[0]
        items = [self.item(catalog.price(tier, currency, kind), 1 if rng.random() < 0.8 else rng.randrange(2, 5))]
        addon = rng.random() if self.world.market.has_several_items else 1.0
        if addon < 0.22:
            items.append(self.item(catalog.price("seats", currency, kind), rng.randrange(1, 9)))
        elif addon < 0.32 and kind == "month":
            items.append(self.item(catalog.price("api", currency, "month"), 1))
        return tuple(items)

    def draw_coupon(self, currency: str, durations: tuple[str, ...]) -> Coupon:
        """A coupon of one of the durations."""
        rng = self.world.rng
        return rng.choice(self.world.catalog.coupons[currency, rng.choice(durations)])

    def sign_up(self, customer: Customer) -> None:
        """Start a subscription as a customer does: perhaps with a trial, perhaps with a coupon."""
        rng = self.world.rng
        items = self.draw_items(customer.currency)
        trial_days = rng.choice((7, 14, 30)) if rng.random() < 0.24 and items[0].amount else 0
        coupon = None
        if rng.random() < 0.26 and items[0].amount and "coupon" not in self.world.market.undone:
            durations = ("repeating", "forever") if trial_days else ("once", "once", "repeating", "forever")
            coupon = self.draw_coupon(customer.currency, durations)
        self.start(customer, items, trial_days, coupon)

    def start(
        self,
        customer: Customer,
        items: tuple[Item, ...],
        trial_days: int = 0,
        coupon: Coupon | None = None,
        is_migration: bool = False,
    ) -> Subscription:
        """Create a subscription now. Without a trial it is incomplete until its first invoice is paid."""
        world, now, price = self.world, self.world.now, items[0].price
        is_free = not any(item.amount for item in items)
        is_waiting = world.market.has_incomplete and not is_migration and not is_free
        anchor = now + trial_days * DAY
        end = anchor if trial_days else period_end(now, now, price.interval, price.interval_count)
        state = SubscriptionState(
            at=now,
            status="trialing" if trial_days else "incomplete" if is_waiting else "active",
            items=items,
            anchor=anchor,
            period_start=now,
            period_end=end,
            discount=self.discount(coupon) if coupon else None,
            trial_start=now if trial_days else None,
            trial_end=anchor if trial_days else None,
        )
        sub = Subscription(world.new_id("subscription"), customer.id, customer.currency, now, [state])
        world.ledger.subscriptions.append(sub)
        if trial_days:
            lines = [self.billing.line(item, "subscription", 0, now, end) for item in items if item.amount]
        else:
            lines = self.billing.period_lines(items, now, end)
        invoice = self.billing.issue(sub, "subscription_create", lines, now, now)
        sub.states[0] = replace(state, invoice_id=invoice.id)
        self.billing.finalize(sub, invoice, "customer")
        if sub.last.status == "incomplete":
            if invoice.paid_at is not None:
                world.change_at(sub, now + 1, lambda: _activate(world, sub))
            world.change_at(sub, now + 23 * HOUR, lambda: self.billing.expire(sub, invoice))
        self.schedule_renewal(sub)
        return sub

    def schedule_renewal(self, sub: Subscription) -> None:
        """Renew at the end of the period, unless the period is another one by then."""
        due = sub.last.period_end

        def renew_if_due() -> None:
            if sub.last.period_end == due and sub.last.status in ("trialing", "active", "past_due"):
                self._renew(sub)

        self.world.at(due, renew_if_due)

    def _renew(self, sub: Subscription) -> None:
        world, state = self.world, sub.last
        if state.cancel_at_period_end:
            self.cancel_now(sub)
            return
        price = state.items[0].price
        start = state.period_end
        end = period_end(state.anchor, start, price.interval, price.interval_count)
        changes: dict[str, object] = {"period_start": start, "period_end": end}
        if state.status == "trialing":
            changes["status"] = "active"
        if state.discount and state.discount.coupon.duration == "once":
            changes["discount"] = None
        if state.is_paused and not world.market.has_drafts:
            world.change(sub, **changes)
            self.schedule_renewal(sub)
            return
        lines = self.billing.period_lines(state.items, start, end)
        if state.status != "trialing":
            lines += self.billing.usage_lines(state.items, state.period_start, start)
        discount_goes = "discount" in changes or _has_run_out(state.discount, start)
        invoice = self.billing.issue(
            sub, "subscription_cycle", lines, state.period_start, start, without_discount=discount_goes
        )
        world.change(sub, invoice_id=invoice.id, **changes)
        self.schedule_renewal(sub)
        wait = HOUR + world.rng.randrange(5, 400) if world.market.has_drafts else 1
        world.at(world.now + wait, lambda: self.billing.finalize(sub, invoice))

    def cancel_now(self, sub: Subscription) -> None:
        """End a subscription now at the customer's wish; some come back later."""
        self.billing.end(sub, "voluntary")
        self.maybe_return(sub)

    def maybe_return(self, sub: Subscription) -> None:
        """Perhaps sign up again after a while."""
        world = self.world
        customer = world.customers[sub.customer_id]
        if world.rng.random() < 0.28:

            def come_back() -> None:
                if customer.deleted_at is None:
                    self.sign_up(customer)

            world.at(world.now + world.rng.randrange(5 * DAY, 120 * DAY), come_back)

    def migrate(self, sub: Subscription) -> None:
        """Replace a subscription by a new one at the same instant, as when plans are renamed or moved."""
        world = self.world
        items = tuple(self.item(item.price, item.quantity) for item in sub.last.items)
        customer = world.customers[sub.customer_id]
        self.billing.end(sub, "migration")
        self.start(customer, items, is_migration=True)


def _has_run_out(discount: Discount | None, instant: int) -> bool:
    return discount is not None and discount.ends_at is not None and instant >= discount.ends_at


def _activate(world: World, sub: Subscription) -> None:
    if sub.last.status == "incomplete":
        world.change(sub, status="active")
