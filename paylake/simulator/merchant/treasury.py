"""The merchant's balance at the provider: movements, monthly fees, automatic payouts per currency."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from paylake.simulator.clock import DAY, HOUR, MINUTE, at, midnight, month_of, next_month
from paylake.simulator.ledger import Attempt, Movement, MovementKind, Payout, half_up
from paylake.simulator.merchant.world import World

FAILED_PAYOUT_NUMBER = 12


class Treasury:
    """Books movements and pays them out once they are available."""

    def __init__(self, world: World) -> None:
        self.world = world
        currencies = world.market.currencies
        self.waiting: dict[str, list[Movement]] = {currency: [] for currency in currencies}
        self.volume: dict[str, int] = dict.fromkeys(currencies, 0)
        self.count: dict[str, int] = dict.fromkeys(currencies, 0)
        for currency in currencies if world.market.has_balance else ():
            self._schedule_payout(currency, world.ledger.start + DAY)
            self._schedule_fee(currency)

    def book(
        self,
        kind: MovementKind,
        source_id: str | None,
        currency: str,
        gross: int,
        fee: int,
        description: str,
        attempt: Attempt | None = None,
    ) -> Movement:
        """Enter a movement now, and exchange it where its currency is not held. Captures settle days later.

        What a gateway moves for a provider without a balance is not entered anywhere.
        """
        now, market = self.world.now, self.world.market
        days = market.settlement_days[currency] if kind in ("capture", "capture_reversal") else market.other_days
        available = now - now % DAY + days * DAY
        own_id = source_id if source_id and kind in market.known_by_source else self.world.new_id("movement")
        is_apart = market.has_fees_apart and kind in ("dispute", "dispute_reversal")
        own_fee = 0 if is_apart else fee
        movement = Movement(own_id, kind, source_id, attempt, gross, own_fee, currency, now, available, description)
        if not market.has_balance:
            return movement
        self.world.ledger.movements.append(movement)
        if kind != "payout":
            self.waiting[currency].append(movement)
        if kind == "capture":
            self.volume[currency] += gross
        if currency in market.conversions and kind != "fx":
            self._convert(movement)
        if is_apart and fee:
            self.book("fee", movement.id, currency, -fee, 0, f"Fee: {description}", attempt)
        return movement

    def _convert(self, movement: Movement) -> None:
        """Exchange what a movement brought, or cost, for the currency that is held."""
        held, rate = self.world.market.conversions[movement.currency]
        for currency, amount in ((movement.currency, -movement.net), (held, half_up(movement.net * rate))):
            self.book("fx", movement.id, currency, amount, 0, "Currency conversion", movement.attempt)

    def _schedule_payout(self, currency: str, earliest: int) -> None:
        weekday = self.world.market.payout_weekday[currency]
        day = at(earliest).date()
        while weekday is not None and day.weekday() != weekday:
            day += timedelta(days=1)
        self.world.at(midnight(day) + 5 * MINUTE, lambda: self._pay_out(currency))

    def _pay_out(self, currency: str) -> None:
        now = self.world.now
        self._schedule_payout(currency, now + DAY)
        ready = [movement for movement in self.waiting[currency] if movement.available_at <= now]
        amount = sum(movement.net for movement in ready)
        if amount <= 0:
            return
        payout_id = self.world.new_id("payout")
        own = self.book("payout", payout_id, currency, -amount, 0, "Payout")
        own.payout_id = payout_id
        arrives = now - now % DAY + 2 * DAY
        own.available_at = arrives
        for movement in ready:
            movement.payout_id = payout_id
        self.waiting[currency] = [movement for movement in self.waiting[currency] if movement.payout_id is None]
        payout = Payout(payout_id, currency, amount, now, arrives, own.id, self.world.new_id("reference"))
        self.world.ledger.payouts.append(payout)
        self.count[currency] += 1
        is_due = currency == "usd" and self.count[currency] % 150 == FAILED_PAYOUT_NUMBER
        fails = is_due and self.world.market.has_failed_payouts
        self.world.at(arrives + 7 * HOUR, lambda: self._fail(payout) if fails else self._arrive(payout))

    def _arrive(self, payout: Payout) -> None:
        payout.paid_at = self.world.now

    def _fail(self, payout: Payout) -> None:
        """The bank sends the money back: it joins the next payout."""
        payout.failed_at = self.world.now
        back = self.book("payout_reversal", payout.id, payout.currency, payout.amount, 0, "Payout failure")
        payout.failure_movement_id = back.id

    def _schedule_fee(self, currency: str) -> None:
        first = next_month(month_of(self.world.now))
        self.world.at(midnight(first) + 2 * HOUR, lambda: self._charge_fee(currency))

    def _charge_fee(self, currency: str) -> None:
        fee = half_up(Fraction(self.volume[currency] * self.world.market.usage_fee, 1000))
        self.volume[currency] = 0
        if fee:
            month = month_of(self.world.now - DAY)
            self.book("fee", None, currency, -fee, 0, f"Billing ({month:%Y-%m}): Usage fee")
        self._schedule_fee(currency)
