"""Invoices and dunning: lines, finalisation, payment, retries, and what they do to the subscription."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paylake.simulator.catalog import TAX_PERCENT
from paylake.simulator.clock import DAY, HOUR, MINUTE
from paylake.simulator.ledger import Attempt, Customer, Invoice, InvoiceLine, Item, Subscription
from paylake.simulator.merchant.payments import HARD_DECLINES, Payments
from paylake.simulator.merchant.pricing import priced, prorated
from paylake.simulator.merchant.world import World

LIVE = ("trialing", "active", "past_due")


class Billing:
    """Issues invoices and collects them."""

    def __init__(self, world: World, payments: Payments) -> None:
        self.world = world
        self.payments = payments
        self.numbers: dict[str, int] = {}
        self.when_lost: Callable[[Subscription], None] = lambda sub: None

    def issue(
        self,
        sub: Subscription,
        reason: str,
        lines: list[InvoiceLine],
        start: int,
        end: int,
        without_discount: bool = False,
    ) -> Invoice:
        """A draft with these lines and the prorations that wait; the caller says when it becomes final."""
        world, state = self.world, sub.last
        customer = world.customers[sub.customer_id]
        number = self.numbers[customer.id] = self.numbers.get(customer.id, 0) + 1
        discount = None if without_discount else state.discount
        percent = TAX_PERCENT.get(customer.last.country, 0)
        invoice = Invoice(
            id=world.new_id("invoice"),
            number=f"{customer.id[-8:].upper()}-{number:04d}",
            customer_id=customer.id,
            subscription_id=sub.id,
            currency=sub.currency,
            billing_reason=reason,
            created_at=world.now,
            period_start=start,
            period_end=end,
            lines=priced(lines + sub.prorations, discount, percent),
            discount=discount,
            payment_id=world.new_id("payment"),
            tax_percent=percent,
        )
        sub.prorations = []
        world.ledger.invoices.append(invoice)
        return invoice

    def line(
        self, item: Item, kind: str, amount: int, start: int, end: int, quantity: int | None = None
    ) -> InvoiceLine:
        """A line for an item."""
        name = item.price.nickname
        text = {"proration": f"{'Remaining' if amount >= 0 else 'Unused'} time on {name}", "usage": f"Usage of {name}"}
        return InvoiceLine(
            self.world.new_id("line"),
            kind,  # type: ignore[arg-type]
            text.get(kind, f"{item.quantity} x {name}"),
            item.price,
            item.quantity if quantity is None else quantity,
            amount,
            start,
            end,
            item.id,
        )

    def period_lines(self, items: tuple[Item, ...], start: int, end: int) -> list[InvoiceLine]:
        """The licensed items of a period that begins."""
        return [self.line(item, "subscription", item.amount, start, end) for item in items if not item.price.is_metered]

    def usage_lines(self, items: tuple[Item, ...], start: int, end: int) -> list[InvoiceLine]:
        """The metered items of a period that is over."""
        lines = []
        for item in items:
            if item.price.is_metered:
                units = self.world.rng.randrange(0, 4000)
                lines.append(self.line(item, "usage", units * item.price.unit_amount, start, end, units))
        return lines

    def prorate(self, sub: Subscription, before: tuple[Item, ...], after: tuple[Item, ...]) -> None:
        """Credit what is unused of the items that go and bill the rest of those that come, on the next invoice."""
        now, state = self.world.now, sub.last
        if not self.world.market.has_prorations:
            return
        for sign, items, others in ((-1, before, after), (1, after, before)):
            for item in items:
                if item in others or not item.amount:
                    continue
                amount = sign * prorated(item.amount, now, state.period_start, state.period_end)
                sub.prorations.append(self.line(item, "proration", amount, now, state.period_end))

    def finalize(self, sub: Subscription, invoice: Invoice, initiator: str = "merchant") -> None:
        """Make a draft final and collect it; void it if the subscription is paused or gone."""
        world = self.world
        if invoice.voided_at is not None:
            return
        if sub.last.is_paused or sub.last.status in ("canceled", "incomplete_expired"):
            invoice.voided_at = world.now
            return
        customer = world.customers[sub.customer_id]
        invoice.starting_balance = customer.last.balance
        invoice.finalized_at = world.now
        self._set_balance(customer, invoice.ending_balance)
        if invoice.amount_due == 0:
            invoice.paid_at = world.now
            return
        delay = 2 if initiator == "customer" else 4
        world.at(world.now + delay, lambda: self.collect(sub, invoice, 0, initiator))

    def collect(self, sub: Subscription, invoice: Invoice, retry_number: int, initiator: str) -> None:
        """Try to be paid."""
        world = self.world
        if invoice.voided_at is not None or sub.last.status in ("canceled", "incomplete_expired"):
            return
        attempt = self.payments.charge(invoice, world.customers[sub.customer_id], retry_number, initiator)
        if attempt.outcome == "succeeded":
            invoice.paid_at = world.now
            world.change_at(sub, world.now + 1, lambda: self._settle(sub, invoice))
        elif sub.last.status == "incomplete":
            if retry_number < 2 and world.rng.random() < 0.6:
                world.at(world.now + 7 * MINUTE, lambda: self.collect(sub, invoice, retry_number + 1, "customer"))
        else:
            world.change_at(sub, world.now + 1, lambda: self._fall_due(sub))
            self._plan_retry(sub, invoice, attempt)

    def _settle(self, sub: Subscription, invoice: Invoice) -> None:
        is_open = any(
            other.finalized_at and not (other.paid_at or other.voided_at)
            for other in self.recent(sub)
            if other is not invoice
        )
        if sub.last.status == "incomplete" or (sub.last.status == "past_due" and not is_open):
            self.world.change(sub, status="active")

    def _fall_due(self, sub: Subscription) -> None:
        if sub.last.status == "active":
            self.world.change(sub, status="past_due")

    def _plan_retry(self, sub: Subscription, invoice: Invoice, failed: Attempt) -> None:
        """Retry like a provider's smart schedule: up to four times, twice when the card is hopeless."""
        rng, is_weekly = self.world.rng, sub.last.items[0].price.interval == "week"
        delays = (1, 2) if is_weekly else (2, 3, 5, 7)
        if failed.decline_code in HARD_DECLINES:
            delays = delays[:2]
        number = failed.retry_number
        if number < len(delays):
            wait = delays[number] * DAY - rng.randrange(0, 9 * HOUR)
            self.world.at(self.world.now + wait, lambda: self.collect(sub, invoice, number + 1, "merchant"))
        else:
            self.world.change_at(sub, self.world.now + 3, lambda: self._give_up(sub, invoice))

    def _give_up(self, sub: Subscription, invoice: Invoice) -> None:
        if sub.last.status in LIVE:
            invoice.uncollectible_at = self.world.now
            self.end(sub, "payment_failure")
            self.when_lost(sub)

    def end(self, sub: Subscription, reason: str) -> None:
        """End a subscription now; what is still a draft is voided."""
        now = self.world.now
        canceled_at = sub.last.canceled_at or now
        self.world.change(sub, status="canceled", ended_at=now, canceled_at=canceled_at, end_reason=reason)
        for invoice in self.recent(sub):
            is_done = invoice.paid_at or invoice.voided_at or invoice.uncollectible_at
            if not is_done and (invoice.finalized_at is None or reason != "payment_failure"):
                self.void(invoice)

    def expire(self, sub: Subscription, invoice: Invoice) -> None:
        """A first payment that never came."""
        if sub.last.status == "incomplete" and invoice.paid_at is None:
            self.void(invoice)
            self.world.change(sub, status="incomplete_expired", ended_at=self.world.now)

    def void(self, invoice: Invoice) -> None:
        """Cancel an unpaid invoice and give back the balance that it used."""
        invoice.voided_at = self.world.now
        used = invoice.ending_balance - invoice.starting_balance if invoice.finalized_at else 0
        customer = self.world.customers[invoice.customer_id]
        self._set_balance(customer, customer.last.balance - used)

    def recent(self, sub: Subscription) -> list[Invoice]:
        """The latest invoices of a subscription; older ones are settled."""
        recent = []
        for invoice in reversed(self.world.ledger.invoices):
            if invoice.created_at < self.world.now - 40 * DAY:
                break
            if invoice.subscription_id == sub.id:
                recent.append(invoice)
        return recent

    def _set_balance(self, customer: Customer, balance: int) -> None:
        if balance != customer.last.balance:
            customer.states.append(replace(customer.last, at=self.world.now, balance=balance))
