"""What a store owes the merchant: sales and refunds of a statement period, paid some time after its end."""

from __future__ import annotations

from paylake.simulator.clock import DAY
from paylake.simulator.ledger import Attempt, Movement, MovementKind, Payout, Refund
from paylake.simulator.market import Store
from paylake.simulator.merchant.world import World


class Till:
    """Books movements, in the bank's currency or in that of the sale, and pays each period once."""

    def __init__(self, world: World, store: Store) -> None:
        self.world, self.store = world, store
        self.unpaid: list[Movement] = []
        self._await_end(world.ledger.start)

    def sell(self, attempt: Attempt) -> None:
        """Book what the customer paid and what the store keeps of it."""
        attempt.captured_at, attempt.captured = attempt.at, attempt.amount
        gross, currency = self._settled(attempt)
        fee = self.world.market.fee(gross, currency)
        attempt.movement_id = self._book("capture", attempt.id, currency, gross, fee, attempt).id

    def give_back(self, attempt: Attempt) -> None:
        """Refund a sale in full; the store returns what it kept."""
        refund_id = self.world.new_id("refund")
        gross, currency = self._settled(attempt)
        movement = self._book("refund", refund_id, currency, -gross, -self.world.market.fee(gross, currency), attempt)
        refund = Refund(refund_id, attempt, attempt.amount, "requested_by_customer", self.world.now, movement.id)
        self.world.ledger.refunds.append(refund)

    def _settled(self, attempt: Attempt) -> tuple[int, str]:
        if self.store.converts_sales:
            return self.store.converted(attempt.amount, attempt.currency), self.store.bank_currency
        return attempt.amount, attempt.currency

    def _book(
        self, kind: MovementKind, source_id: str | None, currency: str, gross: int, fee: int, attempt: Attempt | None
    ) -> Movement:
        world, now = self.world, self.world.now
        available = self.store.period(now)[1] + self.store.payout_days * DAY
        movement = Movement(
            world.new_id("movement"), kind, source_id, attempt, gross, fee, currency, now, available, kind
        )
        world.ledger.movements.append(movement)
        if attempt:
            self.unpaid.append(movement)
        return movement

    def _await_end(self, instant: int) -> None:
        start, end = self.store.period(instant)
        self.world.at(end + self.store.payout_days * DAY, lambda: self._pay(start, end))
        self.world.at(end, lambda: self._await_end(end))

    def _pay(self, start: int, end: int) -> None:
        """Convert the sums of other currencies and pay all of it in one payout, unless it comes to nothing."""
        members = [movement for movement in self.unpaid if start <= movement.at < end]
        bank, owed = self.store.bank_currency, dict.fromkeys(self.world.market.currencies, 0)
        for movement in members:
            owed[movement.currency] += movement.net
        converted = {name: self.store.converted(sum_, name) for name, sum_ in owed.items() if sum_ and name != bank}
        amount = owed[bank] + sum(converted.values())
        if amount <= 0:
            return
        for currency, proceeds in converted.items():
            members.append(self._book("fx", None, currency, -owed[currency], 0, None))
            members.append(self._book("fx", None, bank, proceeds, 0, None))
        payout_id, now = self.world.new_id("payout"), self.world.now
        members.append(self._book("payout", payout_id, bank, -amount, 0, None))
        for movement in members:
            movement.payout_id = payout_id
        reference = self.world.new_id("reference")
        payout = Payout(payout_id, bank, amount, now, now, members[-1].id, reference, paid_at=now)
        self.world.ledger.payouts.append(payout)
