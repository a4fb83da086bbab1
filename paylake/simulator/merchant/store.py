"""Subscriptions and sales in a store: one plan each, no invoices, nobody but the store ever charges."""

from __future__ import annotations

from paylake.simulator.clock import DAY, HOUR, MINUTE, period_end
from paylake.simulator.ledger import Attempt, Card, Customer, Item, Price, Subscription, SubscriptionState
from paylake.simulator.market import Store
from paylake.simulator.merchant.payments import ONE_OFF_AMOUNTS, SOFT_DECLINES, draw_card
from paylake.simulator.merchant.till import Till
from paylake.simulator.merchant.world import World

PLANS = (
    ("starter", "month", 1, 55),
    ("team", "month", 1, 15),
    ("digest", "week", 1, 10),
    ("team", "month", 3, 8),
    ("starter", "year", 1, 12),
)
GRACE_DAYS = 15


class StoreSubscriptions:
    """Sells, renews and ends subscriptions as a store does, and single purchases besides."""

    def __init__(self, world: World, store: Store) -> None:
        self.world, self.store = world, store
        self.till = Till(world, store)
        self.next_price: dict[str, Price] = {}
        self.pausing: set[str] = set()
        self._sell_later()

    def sign_up(self, customer: Customer) -> None:
        """Subscribe now. A first payment that fails leaves nothing behind, so it never does."""
        world, now = self.world, self.world.now
        trial = world.rng.choice((7, 14, 30)) * DAY if self.store.has_trials and world.rng.random() < 0.3 else 0
        name, interval, count, _ = world.rng.choices(PLANS, [weight for *_, weight in PLANS])[0]
        price = world.catalog.price(name, customer.currency, interval, count)
        subscription_id = world.new_id("subscription")
        anchor = now + trial
        state = SubscriptionState(
            at=now,
            status="trialing" if trial else "active",
            items=(Item(subscription_id, price, 1, now),),
            anchor=anchor,
            period_start=now,
            period_end=anchor if trial else period_end(now, now, interval, count),
            trial_start=now if trial else None,
            trial_end=anchor if trial else None,
        )
        sub = Subscription(subscription_id, customer.id, customer.currency, now, [state])
        world.ledger.subscriptions.append(sub)
        if not trial:
            self._take(self._attempt(customer.card, price, "customer", sub), sub)
        self._renew_later(sub)
        self._think_later(sub)

    def _attempt(
        self, card: Card, price: Price, initiator: str, sub: Subscription | None = None, retry: int = 0
    ) -> Attempt:
        """Try to take a price now; who buys has a card that works, and one that failed mostly fails again."""
        world = self.world
        rate = max(card.decline_rate, 0.7) if retry else card.decline_rate
        fails = initiator == "merchant" and world.rng.random() < rate
        attempt = Attempt(
            id=world.new_id("attempt"),
            payment_id=world.new_id("payment"),
            invoice_id=None,
            subscription_id=sub.id if sub else None,
            customer_id=sub.customer_id if sub else None,
            amount=price.unit_amount,
            currency=price.currency,
            at=world.now,
            outcome="declined" if fails else "succeeded",
            decline_code=world.rng.choice(SOFT_DECLINES) if fails else None,
            risk_score=0,
            card=card,
            initiator=initiator,  # type: ignore[arg-type]
            retry_number=retry,
            authentication="none",
            description=price.nickname,
        )
        world.ledger.attempts.append(attempt)
        return attempt

    def _take(self, attempt: Attempt, sub: Subscription | None) -> bool:
        """Book a payment that succeeded, and perhaps its refund later."""
        if attempt.outcome != "succeeded":
            return False
        self.till.sell(attempt)
        if self.world.rng.random() < 0.05:
            instant = self.world.now + self.world.rng.randrange(HOUR, 20 * DAY)
            if sub is None:
                self.world.at(instant, lambda: self.till.give_back(attempt))
            else:
                self.world.change_at(sub, instant, lambda: self._refund(attempt, sub))
        return True

    def _refund(self, attempt: Attempt, sub: Subscription) -> None:
        """Give a payment back; where it paid the running period, the subscription ends with it."""
        self.till.give_back(attempt)
        if sub.last.status == "active" and not sub.last.is_paused and attempt.at >= sub.last.period_start:
            self._end(sub, "store_refund")

    def _end(self, sub: Subscription, reason: str) -> None:
        now, canceled_at = self.world.now, sub.last.canceled_at
        if reason == "payment_failure":
            canceled_at = None
        self.world.change(sub, status="canceled", ended_at=now, canceled_at=canceled_at or now, end_reason=reason)
        customer = self.world.customers[sub.customer_id]
        if self.world.rng.random() < 0.25:
            wait = self.world.rng.randrange(5 * DAY, 90 * DAY)
            self.world.at(self.world.now + wait, lambda: None if customer.deleted_at else self.sign_up(customer))

    def _renew_later(self, sub: Subscription) -> None:
        due = sub.last.period_end
        self.world.at(due, lambda: self._renew(sub) if sub.last.ended_at is None else None)

    def _renew(self, sub: Subscription) -> None:
        if sub.last.cancel_at_period_end:
            self._end(sub, "voluntary")
        elif sub.id in self.pausing:
            self.pausing.discard(sub.id)
            wake_at = self.world.now + self.world.rng.choice((30, 60)) * DAY
            self.world.change(sub, is_paused=True, resumes_at=wake_at)
            self.world.change_at(sub, wake_at, lambda: self._charge(sub, 0))
        else:
            self._charge(sub, 0)

    def _charge(self, sub: Subscription, retry: int) -> None:
        """Collect the next period: it begins, or the days of grace go on until there are none left."""
        world, state = self.world, sub.last
        if state.ended_at is not None:
            return
        item = state.items[0]
        price = self.next_price.get(sub.id, item.price)
        card = world.customers[sub.customer_id].card
        if self._take(self._attempt(card, price, "merchant", sub, retry), sub):
            self.next_price.pop(sub.id, None)
            anchor = state.anchor if price == item.price and not state.is_paused else world.now
            end = period_end(anchor, world.now, price.interval, price.interval_count)
            items = (Item(item.id, price, 1, item.created_at),)
            world.change(
                sub, status="active", items=items, anchor=anchor, period_start=world.now, period_end=end,
                is_paused=False, resumes_at=None,
            )  # fmt: skip
            self._renew_later(sub)
        elif retry * 5 >= GRACE_DAYS:
            self._end(sub, "payment_failure")
        else:
            if state.status != "past_due":
                world.change(sub, status="past_due", is_paused=False, resumes_at=None)
            again = world.now + 5 * DAY + world.rng.randrange(9, 900)
            world.change_at(sub, again, lambda: self._charge(sub, retry + 1))

    def _think_later(self, sub: Subscription) -> None:
        instant = self.world.now + 12 * DAY + self.world.rng.randrange(HOUR, 29 * DAY)
        self.world.change_at(sub, instant, lambda: self._think(sub))

    def _think(self, sub: Subscription) -> None:
        """Leave at the period's end or stay after all, pause, or take another plan from the next period on."""
        state, roll = sub.last, self.world.rng.random()
        if state.ended_at is not None:
            return
        if state.status in ("active", "trialing") and not state.is_paused:
            if state.cancel_at_period_end:
                if roll < 0.3:
                    self.world.change(sub, cancel_at_period_end=False, canceled_at=None)
            elif roll < 0.14:
                self.world.change(sub, cancel_at_period_end=True, canceled_at=self.world.now)
            elif roll < 0.22 and self.store.has_pauses:
                self.pausing.add(sub.id)
            elif 0.22 <= roll < 0.32 and state.status == "active" and self.store.has_plan_changes:
                name = "team" if state.items[0].price.nickname == "starter" else "starter"
                self.next_price[sub.id] = self.world.catalog.price(name, sub.currency, "month")
        self._think_later(sub)

    def _sell_later(self) -> None:
        wait = self.world.rng.expovariate(1 / (self.world.market.days_between_sales * DAY))
        self.world.at(self.world.now + int(wait) + MINUTE, self._sell)

    def _sell(self) -> None:
        """A single purchase in the app."""
        world = self.world
        currency = world.rng.choices(world.market.currencies, world.market.sales)[0]
        card = draw_card(world.rng, world.rng.choice(world.market.countries[currency]), world.new_id("fingerprint"))
        amount = world.rng.choice(ONE_OFF_AMOUNTS[currency])
        price = Price("", "", "workshop", currency, amount, "", 0, False, world.ledger.start)
        self._take(self._attempt(card, price, "customer"), None)
        self._sell_later()
