"""Chargebee's invoices and credit notes, as they stand at an instant."""

from __future__ import annotations

from paylake.simulator.chargebee.words import Json, item_type, versioned
from paylake.simulator.ledger import Attempt, Dispute, Invoice, InvoiceLine, Refund

INCLUSIVE = "jpy"
"""Prices in this currency hold their tax."""
LAST_SECOND = "eur"
"""Lines in this currency end with the last second of their term, others with the first of the next."""


def invoice(one: Invoice, instant: int) -> Json:
    """An invoice as it stood at an instant; it is there from when it became final."""
    moments = [one.finalized_at, one.paid_at, one.voided_at, one.uncollectible_at]
    tries = [attempt for attempt in one.attempts if attempt.at <= instant]
    at = max(moment for moment in [*moments, *(try_.at for try_ in tries)] if moment is not None and moment <= instant)
    status, paid = _status(one, instant), _by(one.paid_at, instant)
    paid_minor = one.amount_due if paid else 0
    due_minor = 0 if status in ("paid", "voided") else one.amount_due
    what = {
        "id": one.id,
        "object": "invoice",
        "customer_id": one.customer_id,
        "subscription_id": one.subscription_id,
        "status": status,
        "price_type": "tax_inclusive" if one.currency == INCLUSIVE else "tax_exclusive",
        "currency_code": one.currency.upper(),
        "date": one.finalized_at,
        "due_date": one.finalized_at,
        "generated_at": one.finalized_at,
        "paid_at": paid,
        "voided_at": _by(one.voided_at, instant),
        "net_term_days": 0,
        "recurring": True,
        "first_invoice": one.billing_reason == "subscription_create",
        "sub_total": sum(_amount(line, one) for line in one.lines),
        "tax": one.tax,
        "total": one.total,
        "amount_paid": paid_minor,
        "amount_due": due_minor,
        "amount_to_collect": due_minor,
        "amount_adjusted": 0,
        "credits_applied": 0,
        "write_off_amount": 0,
        "round_off_amount": 0,
        "dunning_status": _dunning(one, tries, status),
        "line_items": [_line(line, one) for line in one.lines],
        "discounts": _discounts(one),
        "taxes": [{"name": "VAT", "amount": one.tax, "object": "tax"}] if one.tax_percent else [],
        "linked_payments": [_linked(attempt) for attempt in tries],
        "applied_credits": [],
        "adjustment_credit_notes": [],
        "issued_credit_notes": [],
        "term_finalized": True,
        "channel": "web",
    }
    return versioned(what, at, step=[moment == at for moment in moments].count(True))


def credit_note(one: Refund | Dispute, note_id: str) -> Json:
    """What was given back of an invoice, at the customer's wish or by the bank's."""
    attempt, reason = one.attempt, reason_code(one)
    at = one.opened_at if isinstance(one, Dispute) else one.at
    refund: Json = {"txn_id": one.id, "applied_amount": one.amount, "applied_at": at, "txn_status": "success"}
    what = {
        "id": note_id,
        "object": "credit_note",
        "customer_id": attempt.customer_id,
        "subscription_id": attempt.subscription_id,
        "reference_invoice_id": attempt.invoice_id,
        "type": "refundable",
        "reason_code": reason,
        "create_reason_code": reason.replace("_", " ").capitalize(),
        "status": "refunded",
        "date": at,
        "generated_at": at,
        "refunded_at": at,
        "price_type": "tax_exclusive",
        "currency_code": attempt.currency.upper(),
        "sub_total": one.amount,
        "total": one.amount,
        "amount_allocated": 0,
        "amount_refunded": one.amount,
        "amount_available": 0,
        "round_off_amount": 0,
        "line_items": [],
        "linked_refunds": [{**refund, "txn_date": at, "txn_amount": one.amount}],
        "allocations": [],
    }
    return versioned(what, at)


def reason_code(one: Refund | Dispute) -> str:
    """Why a credit note was made."""
    if isinstance(one, Dispute):
        return "chargeback"
    return "product_unsatisfactory" if one.reason == "requested_by_customer" else "other"


def _by(moment: int | None, instant: int) -> int | None:
    return moment if moment is not None and moment <= instant else None


def _status(one: Invoice, instant: int) -> str:
    if _by(one.paid_at, instant):
        return "paid"
    if _by(one.voided_at, instant):
        return "voided"
    return "not_paid" if _by(one.uncollectible_at, instant) else "payment_due"


def _dunning(one: Invoice, tries: list[Attempt], status: str) -> str | None:
    if all(attempt.outcome == "succeeded" for attempt in tries):
        return None
    return {"paid": "success", "not_paid": "exhausted", "voided": "stopped"}.get(status, "in_progress")


def _amount(line: InvoiceLine, one: Invoice) -> int:
    return line.amount + line.tax if one.currency == INCLUSIVE else line.amount


def _line(line: InvoiceLine, one: Invoice) -> Json:
    return {
        "id": line.id,
        "object": "line_item",
        "subscription_id": one.subscription_id,
        "customer_id": one.customer_id,
        "date_from": line.period_start,
        "date_to": line.period_end - 1 if one.currency == LAST_SECOND else line.period_end,
        "description": line.description,
        "entity_type": f"{item_type(line.price)}_item_price",
        "entity_id": line.price.id,
        "pricing_model": "per_unit",
        "unit_amount": line.price.unit_amount,
        "quantity": line.quantity,
        "amount": _amount(line, one),
        "discount_amount": line.discount,
        "item_level_discount_amount": 0,
        "is_taxed": one.tax_percent > 0,
        "tax_amount": line.tax,
        "tax_rate": float(one.tax_percent),
        "metered": line.price.is_metered,
    }


def _discounts(one: Invoice) -> list[Json]:
    if one.discount is None:
        return []
    what = {"entity_type": "document_level_coupon", "entity_id": one.discount.coupon.id, "object": "discount"}
    return [{**what, "amount": one.discount_total}]


def _linked(attempt: Attempt) -> Json:
    return {
        "txn_id": attempt.id,
        "applied_amount": attempt.amount,
        "applied_at": attempt.at,
        "txn_status": "success" if attempt.outcome == "succeeded" else "failure",
        "txn_date": attempt.at,
        "txn_amount": attempt.amount,
    }
