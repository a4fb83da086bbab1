"""Every change in the ledger as the webhook event that tells of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from paylake.simulator.ledger import Attempt, Customer, Dispute, Invoice, Ledger, Payout, Subscription
from paylake.simulator.stripe.balance_objects import dispute_object, payout_object
from paylake.simulator.stripe.billing_objects import (
    coupon_object,
    customer_object,
    price_object,
    product_object,
    subscription_object,
)
from paylake.simulator.stripe.invoice_objects import credit_note_object, invoice_object
from paylake.simulator.stripe.naming import StripeNaming
from paylake.simulator.stripe.payment_objects import Relations, charge_object, payment_intent_object

Json = dict[str, Any]
Change = tuple[int, str, Json, Json | None]
API_VERSION = "2020-08-27"


def build_events(ledger: Ledger, naming: StripeNaming) -> list[Json]:
    """All events in the order of their instants."""
    relations = Relations.of(ledger)
    customers = {customer.id: customer for customer in ledger.customers}
    changes: list[Change] = [(one.created_at, "product.created", product_object(one), None) for one in ledger.products]
    changes += [(one.created_at, "price.created", price_object(one), None) for one in ledger.prices]
    changes += [(one.created_at, "coupon.created", coupon_object(one), None) for one in ledger.coupons]
    for customer in ledger.customers:
        changes += _customer_changes(customer)
    for sub in ledger.subscriptions:
        changes += _subscription_changes(sub)
    for invoice in ledger.invoices:
        changes += _invoice_changes(invoice, customers[invoice.customer_id])
    changes += _credit_note_changes(ledger, customers)
    for attempt in ledger.attempts:
        changes += _charge_changes(attempt, relations)
    for dispute in ledger.disputes:
        changes += _dispute_changes(dispute)
    bank_accounts = {currency: naming.of("bank_account", currency) for currency in ("usd", "eur", "jpy")}
    for payout in ledger.payouts:
        changes += _payout_changes(payout, bank_accounts[payout.currency])
    changes.sort(key=lambda change: change[0])
    return [_envelope(naming, number, change) for number, change in enumerate(changes)]


def _envelope(naming: StripeNaming, number: int, change: Change) -> Json:
    instant, kind, what, previous = change
    data: Json = {"object": what}
    if previous is not None:
        data["previous_attributes"] = previous
    is_request = kind.endswith(".created") and not kind.startswith(("invoice.", "payout."))
    request_id = naming.of("request", str(number)) if is_request else None
    return {
        "id": naming.of("event", f"{number}:{kind}:{what['id']}"),
        "object": "event",
        "api_version": API_VERSION,
        "created": instant,
        "data": data,
        "livemode": True,
        "pending_webhooks": 0,
        "request": {"id": request_id, "idempotency_key": None},
        "type": kind,
    }


def difference(before: Json, after: Json) -> Json:
    """`previous_attributes`: the old values of what changed."""
    return {name: before.get(name) for name in after if before.get(name) != after[name]}


def _customer_changes(customer: Customer) -> Iterator[Change]:
    before = customer_object(customer, customer.states[0])
    yield customer.created_at, "customer.created", before, None
    for state in customer.states[1:]:
        after = customer_object(customer, state)
        yield state.at, "customer.updated", after, difference(before, after)
        before = after
    if customer.deleted_at is not None:
        yield customer.deleted_at, "customer.deleted", before, None


def _subscription_changes(sub: Subscription) -> Iterator[Change]:
    before = subscription_object(sub, sub.states[0])
    yield sub.created_at, "customer.subscription.created", before, None
    for state in sub.states[1:]:
        after = subscription_object(sub, state)
        if state.status == "canceled":
            yield state.at, "customer.subscription.deleted", after, None
        else:
            yield state.at, "customer.subscription.updated", after, difference(before, after)
        before = after


def _invoice_changes(invoice: Invoice, customer: Customer) -> Iterator[Change]:
    moments: list[tuple[int | None, str]] = [
        (invoice.created_at, "invoice.created"),
        (invoice.finalized_at, "invoice.finalized"),
        *((attempt.at, "invoice.payment_failed") for attempt in invoice.attempts if attempt.outcome != "succeeded"),
        (invoice.paid_at, "invoice.paid"),
        (invoice.voided_at, "invoice.voided"),
        (invoice.uncollectible_at, "invoice.marked_uncollectible"),
    ]
    for moment, kind in moments:
        if moment is not None:
            what = invoice_object(invoice, customer, moment)
            if kind == "invoice.created":
                what = _as_draft(what)
            yield moment, kind, what, None


def _credit_note_changes(ledger: Ledger, customers: Mapping[str, Customer]) -> Iterator[Change]:
    """Each credit note, and its invoice, which counts what was taken off it."""
    credited: Counter[str] = Counter()
    for note in ledger.credit_notes:
        invoice = note.invoice
        was, credited[invoice.id] = credited[invoice.id], credited[invoice.id] + note.total
        yield note.at, "credit_note.created", credit_note_object(note), None
        what = invoice_object(invoice, customers[invoice.customer_id], note.at, credited[invoice.id])
        yield note.at, "invoice.updated", what, {"post_payment_credit_notes_amount": was}


def _as_draft(what: Json) -> Json:
    """The invoice as it was created, even when it became final within the same second."""
    due = max(0, what["total"])
    nothing = dict.fromkeys(what["status_transitions"])
    return {
        **what,
        "amount_due": due,
        "amount_paid": 0,
        "amount_remaining": due,
        "attempted": False,
        "auto_advance": True,
        "ending_balance": None,
        "number": None,
        "paid": False,
        "payment_intent": None,
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": nothing,
    }


def _charge_changes(attempt: Attempt, relations: Relations) -> Iterator[Change]:
    is_good = attempt.outcome == "succeeded"
    suffix = "succeeded" if is_good else "failed"
    yield attempt.at, f"charge.{suffix}", charge_object(attempt, relations, attempt.at), None
    captured_at = attempt.captured_at
    if captured_at is not None and captured_at > attempt.at:
        yield captured_at, "charge.captured", charge_object(attempt, relations, captured_at), None
    if not is_good:
        intent = payment_intent_object(attempt.payment_id, relations, attempt.at)
        yield attempt.at, "payment_intent.payment_failed", intent, None
    elif captured_at is not None:
        intent = payment_intent_object(attempt.payment_id, relations, captured_at)
        yield captured_at, "payment_intent.succeeded", intent, None
    for refund in relations.refunds.get(attempt.id, []):
        after = charge_object(attempt, relations, refund.at)
        before = {"amount_refunded": after["amount_refunded"] - refund.amount}
        if after["refunded"]:
            before["refunded"] = False
        yield refund.at, "charge.refunded", after, before


def _dispute_changes(dispute: Dispute) -> Iterator[Change]:
    opened = dispute_object(dispute, dispute.opened_at)
    yield dispute.opened_at, "charge.dispute.created", opened, None
    if dispute.withdrawn:
        yield dispute.withdrawn.at, "charge.dispute.funds_withdrawn", opened, None
    if dispute.closed_at is not None:
        closed = dispute_object(dispute, dispute.closed_at)
        if dispute.reinstated:
            yield dispute.closed_at, "charge.dispute.funds_reinstated", closed, None
        yield dispute.closed_at, "charge.dispute.closed", closed, difference(opened, closed)


def _payout_changes(payout: Payout, bank_account: str) -> Iterator[Change]:
    yield payout.at, "payout.created", payout_object(payout, bank_account, payout.at), None
    for moment, kind in ((payout.paid_at, "payout.paid"), (payout.failed_at, "payout.failed")):
        if moment is not None:
            yield moment, kind, payout_object(payout, bank_account, moment), None
