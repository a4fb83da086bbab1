"""Every change in the ledger as the event that tells of it; each has what it concerns in its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paylake.simulator.chargebee import catalog, invoices, subscriptions, transactions
from paylake.simulator.chargebee.naming import ChargebeeNaming
from paylake.simulator.chargebee.words import Json, last_until
from paylake.simulator.ledger import Attempt, Customer, Invoice, Ledger, Subscription

Change = tuple[int, str, Json]


@dataclass(frozen=True)
class Book:
    """Finds what belongs together in a ledger, and shows it as it stood at an instant."""

    naming: ChargebeeNaming
    customers: dict[str, Customer]
    subscriptions: dict[str, Subscription]
    invoices: dict[str, Invoice]
    backs: dict[str, list[transactions.Back]]

    @classmethod
    def of(cls, ledger: Ledger, naming: ChargebeeNaming) -> Book:
        """The book of a ledger."""
        backs: dict[str, list[transactions.Back]] = {}
        united: list[transactions.Back] = [*ledger.refunds, *ledger.disputes]
        for one in united:
            backs.setdefault(one.attempt.id, []).append(one)
        return cls(
            naming,
            {one.id: one for one in ledger.customers},
            {one.id: one for one in ledger.subscriptions},
            {one.id: one for one in ledger.invoices},
            {key: sorted(found, key=transactions.moment) for key, found in backs.items()},
        )

    def around(self, subscription_id: str, instant: int) -> Json:
        """Subscription and customer."""
        sub = self.subscriptions[subscription_id]
        state = last_until([(one.at, one) for one in sub.states], instant)
        owner = self.customers[sub.customer_id]
        known = last_until([(one.at, one) for one in owner.states], instant)
        return {"subscription": subscriptions.subscription(sub, state), "customer": catalog.customer(owner, known)}

    def payment(self, attempt: Attempt, instant: int) -> Json:
        """A payment, as it stood at an instant."""
        return transactions.payment(attempt, self.backs.get(attempt.id, []), self.naming, instant)

    def note_id(self, back: transactions.Back) -> str:
        """The credit note that a refund belongs to."""
        return self.naming.of("credit_note", back.id)


def build_events(ledger: Ledger, book: Book) -> list[Json]:
    """All events in the order of their instants."""
    changes: list[Change] = []
    for customer in ledger.customers:
        changes += _customer_changes(customer, book)
    for sub in ledger.subscriptions:
        for at, kind, what in subscriptions.subscription_events(sub):
            changes.append((at, kind, {**book.around(sub.id, at), "subscription": what}))
    for invoice in ledger.invoices:
        changes += _invoice_changes(invoice, book)
    for attempt in ledger.attempts:
        changes += _payment_changes(attempt, book)
    changes.sort(key=lambda change: change[0])
    return [_envelope(book.naming, number, change) for number, change in enumerate(changes)]


def _envelope(naming: ChargebeeNaming, number: int, change: Change) -> Json:
    at, kind, content = change
    return {
        "id": naming.of("event", f"{number}:{kind}"),
        "object": "event",
        "api_version": "v2",
        "event_type": kind,
        "occurred_at": at,
        "source": "scheduled_job" if kind.endswith(("renewed", "activated")) else "api",
        "webhook_status": "succeeded",
        "webhooks": [{"id": "whv2_1", "object": "webhook", "webhook_status": "succeeded"}],
        "content": content,
    }


def _customer_changes(customer: Customer, book: Book) -> Iterator[Change]:
    yield customer.created_at, "customer_created", {"customer": catalog.customer(customer, customer.states[0])}
    for state in customer.states[1:]:
        yield state.at, "customer_changed", {"customer": catalog.customer(customer, state)}
    if customer.deleted_at is not None:
        gone = catalog.deleted_customer(customer, customer.deleted_at)
        yield customer.deleted_at, "customer_deleted", {"customer": gone}


def _invoice_changes(invoice: Invoice, book: Book) -> Iterator[Change]:
    """An invoice that never became final was never there."""
    if invoice.finalized_at is None:
        return
    moments = (
        (invoice.finalized_at, "generated"),
        (invoice.voided_at, "updated"),
        (invoice.uncollectible_at, "updated"),
    )
    for at, kind in moments:
        if at is not None:
            around = book.around(invoice.subscription_id, at)
            yield at, f"invoice_{kind}", {**around, "invoice": invoices.invoice(invoice, at)}


def _payment_changes(attempt: Attempt, book: Book) -> Iterator[Change]:
    invoice = book.invoices[attempt.invoice_id or ""]
    kind = "payment_succeeded" if attempt.outcome == "succeeded" else "payment_failed"
    content = {"transaction": book.payment(attempt, attempt.at), "invoice": invoices.invoice(invoice, attempt.at)}
    yield attempt.at, kind, {**book.around(invoice.subscription_id, attempt.at), **content}
    for back in book.backs.get(attempt.id, []):
        at, note_id = transactions.moment(back), book.note_id(back)
        content = {
            "transaction": transactions.give_back(back, note_id, book.naming),
            "credit_note": invoices.credit_note(back, note_id),
        }
        yield at, "payment_refunded", {**book.around(invoice.subscription_id, at), **content}
