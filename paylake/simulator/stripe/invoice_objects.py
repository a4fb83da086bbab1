"""Stripe's invoices, their lines and credit notes, as the API would show them at an instant."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import CreditNote, Customer, Invoice, InvoiceLine
from paylake.simulator.stripe.billing_objects import (
    customer_object,
    discount_object,
    page,
    plan_object,
    price_object,
)

Json = dict[str, Any]


def line_object(line: InvoiceLine, invoice: Invoice) -> Json:
    """An invoice's line."""
    net = line.amount - line.discount
    is_item = line.kind == "proration"
    discounts = [{"amount": line.discount, "discount": invoice.discount.id}] if invoice.discount else []
    rate = f"txr_{invoice.tax_percent:02d}{invoice.currency}"
    taxes = [{"amount": line.tax, "inclusive": False, "tax_rate": rate, "taxable_amount": net}]
    return {
        "id": line.id,
        "object": "line_item",
        "amount": line.amount,
        "amount_excluding_tax": line.amount,
        "currency": invoice.currency,
        "description": line.description,
        "discount_amounts": discounts,
        "discountable": True,
        "discounts": [],
        "livemode": True,
        "metadata": {},
        "period": {"end": line.period_end, "start": line.period_start},
        "plan": plan_object(line.price),
        "price": price_object(line.price),
        "proration": is_item,
        "quantity": line.quantity,
        "subscription": invoice.subscription_id,
        "subscription_item": line.item_id,
        "tax_amounts": taxes if invoice.tax_percent else [],
        "tax_rates": [],
        "type": "invoiceitem" if is_item else "subscription",
    }


def invoice_object(invoice: Invoice, customer: Customer, instant: int, credited: int = 0) -> Json:
    """An invoice at an instant; the customer's address and e-mail are those of when it became final.

    Args:
        invoice: of the ledger.
        customer: whose it is.
        instant: as of when.
        credited: what credit notes have taken off it after it was paid.
    """

    def by_now(moment: int | None) -> int | None:
        return moment if moment is not None and moment <= instant else None

    finalized, paid = by_now(invoice.finalized_at), by_now(invoice.paid_at)
    voided, uncollectible = by_now(invoice.voided_at), by_now(invoice.uncollectible_at)
    tries = [attempt for attempt in invoice.attempts if attempt.at <= instant]
    status = "draft" if finalized is None else "open"
    status = "uncollectible" if uncollectible else status
    status = "paid" if paid else "void" if voided else status
    frozen = invoice.created_at if finalized is None else finalized
    state = [one for one in customer.states if one.at <= frozen][-1]
    due = invoice.amount_due if finalized else max(0, invoice.total)
    amount_paid = due if paid else 0
    has_payment = finalized is not None and invoice.amount_due > 0
    discount = discount_object(invoice.discount, invoice.customer_id, invoice.subscription_id)
    lines = page(f"/v1/invoices/{invoice.id}/lines", [line_object(line, invoice) for line in invoice.lines])
    lines["total_count"] = len(invoice.lines)
    discounts = [{"amount": invoice.discount_total, "discount": invoice.discount.id}] if invoice.discount else []
    return {
        "id": invoice.id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Simulated Merchant",
        "amount_due": due,
        "amount_paid": amount_paid,
        "amount_remaining": due - amount_paid,
        "attempt_count": len(tries),
        "attempted": bool(tries) or paid is not None,
        "auto_advance": status in ("draft", "open"),
        "billing_reason": invoice.billing_reason,
        "charge": tries[-1].id if tries else None,
        "collection_method": "charge_automatically",
        "created": invoice.created_at,
        "currency": invoice.currency,
        "customer": invoice.customer_id,
        "customer_address": customer_object(customer, state)["address"],
        "customer_email": state.email,
        "customer_name": customer.name,
        "default_payment_method": None,
        "description": None,
        "discount": discount,
        "discounts": [invoice.discount.id] if invoice.discount else [],
        "due_date": None,
        "ending_balance": invoice.ending_balance if finalized else None,
        "hosted_invoice_url": None,
        "lines": lines,
        "livemode": True,
        "metadata": {},
        "next_payment_attempt": None,
        "number": invoice.number if finalized else None,
        "paid": paid is not None,
        "paid_out_of_band": False,
        "payment_intent": invoice.payment_id if has_payment else None,
        "period_end": invoice.period_end,
        "period_start": invoice.period_start,
        "post_payment_credit_notes_amount": credited,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": invoice.starting_balance if finalized else 0,
        "statement_descriptor": None,
        "status": status,
        "status_transitions": {
            "finalized_at": finalized,
            "marked_uncollectible_at": uncollectible,
            "paid_at": paid,
            "voided_at": voided,
        },
        "subscription": invoice.subscription_id,
        "subtotal": invoice.subtotal,
        "subtotal_excluding_tax": invoice.subtotal,
        "tax": invoice.tax if invoice.tax_percent else None,
        "total": invoice.total,
        "total_discount_amounts": discounts,
        "total_excluding_tax": invoice.total - invoice.tax,
        "total_tax_amounts": [
            {
                "amount": invoice.tax,
                "inclusive": False,
                "tax_rate": f"txr_{invoice.tax_percent:02d}{invoice.currency}",
                "taxable_amount": invoice.subtotal - invoice.discount_total,
            }
        ]
        if invoice.tax_percent
        else [],
    }


def credit_note_object(note: CreditNote) -> Json:
    """A credit note over a paid invoice: refunded, or settled outside of Stripe."""
    invoice = note.invoice
    rate = f"txr_{invoice.tax_percent:02d}{invoice.currency}"

    def taxes(tax: int, taxable: int) -> list[Json]:
        whole = {"amount": tax, "inclusive": False, "tax_rate": rate, "taxable_amount": taxable}
        return [whole] if invoice.tax_percent else []

    net = note.total - note.tax
    lines = [
        {
            "id": line.id,
            "object": "credit_note_line_item",
            "amount": line.amount,
            "amount_excluding_tax": line.amount,
            "description": line.line.description,
            "discount_amount": 0,
            "discount_amounts": [],
            "invoice_line_item": line.line.id,
            "livemode": True,
            "quantity": None,
            "tax_amounts": taxes(line.tax, line.amount),
            "tax_rates": [],
            "type": "invoice_line_item",
            "unit_amount": None,
            "unit_amount_decimal": None,
        }
        for line in note.lines
    ]
    return {
        "id": note.id,
        "object": "credit_note",
        "amount": note.total,
        "amount_shipping": 0,
        "created": note.at,
        "currency": invoice.currency,
        "customer": invoice.customer_id,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": note.at,
        "invoice": invoice.id,
        "lines": page(f"/v1/credit_notes/{note.id}/lines", lines),
        "livemode": True,
        "memo": None,
        "metadata": {},
        "number": note.number,
        "out_of_band_amount": None if note.refund else note.total,
        "post_payment_amount": note.total,
        "pre_payment_amount": 0,
        "reason": note.reason,
        "refund": note.refund.id if note.refund else None,
        "status": "issued",
        "subtotal": net,
        "subtotal_excluding_tax": net,
        "tax_amounts": taxes(note.tax, net),
        "total": note.total,
        "total_excluding_tax": net,
        "type": "post_payment",
        "voided_at": None,
    }
