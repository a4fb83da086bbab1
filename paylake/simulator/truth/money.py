"""Truth about invoices, payments and the balance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from paylake.simulator.clock import midnight, month_of, months_between, next_month
from paylake.simulator.ledger import Invoice, Ledger, Movement
from paylake.simulator.truth.parquet import columns

Row = dict[str, Any]
CUSTOMERS = columns("customer_id currency country email_sha256 created_at deleted_at")
INVOICES = columns(
    "invoice_id customer_id subscription_id currency status subtotal_minor discount_minor tax_minor total_minor "
    "due_minor paid_minor created_at issued_at paid_at voided_at uncollectible_at"
)
INVOICE_LINES = columns(
    "invoice_line_id invoice_id subscription_item_id price_id kind currency amount_minor discount_minor tax_minor "
    "service_from:at service_to:at"
)
ATTEMPTS = columns(
    "attempt_id payment_id invoice_id subscription_id customer_id amount_minor currency attempted_at outcome "
    "decline_code network funding card_country wallet initiator retry_number authentication captured_at captured_minor"
)
REFUNDS = columns("refund_id attempt_id payment_id amount_minor currency reason created_at")
DISPUTES = columns(
    "dispute_id attempt_id reason amount_minor currency is_inquiry opened_at evidence_due_at closed_at outcome"
)
MOVEMENTS = columns(
    "movement_id type source_id attempt_id gross_minor fee_minor net_minor currency occurred_at available_at payout_id"
)
PAYOUTS = columns("payout_id amount_minor currency initiated_at arrives_at status bank_reference")
BANK_LINES = columns("line_id payout_id amount_minor currency booked_at reference")
BALANCE = columns(
    "currency month opening_minor capture_minor refund_minor dispute_minor dispute_reversal_minor fee_minor fx_minor "
    "payout_minor correction_minor closing_minor is_complete"
)
TYPES = {"capture_reversal": "capture", "payout_reversal": "correction"}


def movement_type(movement: Movement) -> str:
    """The movement's type in the words of every provider: what a partial capture gives back is a capture too."""
    return TYPES.get(movement.kind, movement.kind)


def invoice_status(invoice: Invoice) -> str:
    """The invoice's status at the end."""
    if invoice.paid_at is not None:
        return "paid"
    if invoice.voided_at is not None:
        return "void"
    if invoice.uncollectible_at is not None:
        return "uncollectible"
    return "draft" if invoice.finalized_at is None else "open"


def customer_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per customer, as last known."""
    for customer in ledger.customers:
        yield {
            "customer_id": customer.id,
            "currency": customer.currency.upper(),
            "country": customer.last.country,
            "email_sha256": hashlib.sha256(customer.last.email.strip().lower().encode()).hexdigest(),
            "created_at": customer.created_at,
            "deleted_at": customer.deleted_at,
        }


def invoice_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per invoice, as it ended."""
    for one in ledger.invoices:
        yield {
            "invoice_id": one.id,
            "customer_id": one.customer_id,
            "subscription_id": one.subscription_id,
            "currency": one.currency.upper(),
            "status": invoice_status(one),
            "subtotal_minor": one.subtotal,
            "discount_minor": one.discount_total,
            "tax_minor": one.tax,
            "total_minor": one.total,
            "due_minor": one.amount_due,
            "paid_minor": one.amount_due if one.paid_at is not None else 0,
            "created_at": one.created_at,
            "issued_at": one.finalized_at,
            "paid_at": one.paid_at,
            "voided_at": one.voided_at,
            "uncollectible_at": one.uncollectible_at,
        }


def invoice_line_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per line; the amount is net of discount, without tax."""
    for invoice in ledger.invoices:
        for line in invoice.lines:
            yield {
                "invoice_line_id": line.id,
                "invoice_id": invoice.id,
                "subscription_item_id": line.item_id,
                "price_id": line.price.id,
                "kind": line.kind,
                "currency": invoice.currency.upper(),
                "amount_minor": line.amount - line.discount,
                "discount_minor": line.discount,
                "tax_minor": line.tax,
                "service_from": line.period_start,
                "service_to": line.period_end,
            }


def attempt_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per attempt."""
    for one in ledger.attempts:
        yield {
            "attempt_id": one.id,
            "payment_id": one.payment_id,
            "invoice_id": one.invoice_id,
            "subscription_id": one.subscription_id,
            "customer_id": one.customer_id,
            "amount_minor": one.amount,
            "currency": one.currency.upper(),
            "attempted_at": one.at,
            "outcome": one.outcome,
            "decline_code": one.decline_code,
            "network": one.card.brand,
            "funding": one.card.funding,
            "card_country": one.card.country,
            "wallet": one.card.wallet,
            "initiator": one.initiator,
            "retry_number": one.retry_number,
            "authentication": one.authentication,
            "captured_at": one.captured_at,
            "captured_minor": one.captured,
        }


def refund_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per refund."""
    for one in ledger.refunds:
        yield {
            "refund_id": one.id,
            "attempt_id": one.attempt.id,
            "payment_id": one.attempt.payment_id,
            "amount_minor": one.amount,
            "currency": one.attempt.currency.upper(),
            "reason": one.reason,
            "created_at": one.at,
        }


def dispute_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per dispute, as it ended."""
    for one in ledger.disputes:
        yield {
            "dispute_id": one.id,
            "attempt_id": one.attempt.id,
            "reason": one.reason,
            "amount_minor": one.amount,
            "currency": one.attempt.currency.upper(),
            "is_inquiry": one.is_inquiry,
            "opened_at": one.opened_at,
            "evidence_due_at": one.due_at,
            "closed_at": one.closed_at,
            "outcome": one.outcome,
        }


def movement_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per movement; the fee is negative when the merchant pays it, so that gross + fee = net."""
    for one in ledger.movements:
        yield {
            "movement_id": one.id,
            "type": movement_type(one),
            "source_id": one.source_id,
            "attempt_id": one.attempt.id if one.attempt else None,
            "gross_minor": one.gross,
            "fee_minor": -one.fee,
            "net_minor": one.net,
            "currency": one.currency.upper(),
            "occurred_at": one.at,
            "available_at": one.available_at,
            "payout_id": one.payout_id,
        }


def payout_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per payout."""
    for one in ledger.payouts:
        status = "paid" if one.paid_at is not None else "failed" if one.failed_at is not None else "in_transit"
        yield {
            "payout_id": one.id,
            "amount_minor": one.amount,
            "currency": one.currency.upper(),
            "initiated_at": one.at,
            "arrives_at": one.arrives_at,
            "status": status,
            "bank_reference": one.bank_reference,
        }


def bank_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per amount that reached the bank."""
    for one in ledger.payouts:
        if one.paid_at is not None:
            yield {
                "line_id": f"{one.currency}-{one.bank_reference}",
                "payout_id": one.id,
                "amount_minor": one.amount,
                "currency": one.currency.upper(),
                "booked_at": one.paid_at,
                "reference": one.bank_reference,
            }


def balance_rows(ledger: Ledger, as_of: int) -> Iterator[Row]:
    """One row per currency and month: opening + net movements by type = closing."""
    kinds = [name.removesuffix("_minor") for name in list(BALANCE)[3:-2]]
    for currency in sorted({movement.currency for movement in ledger.movements}):
        own = [movement for movement in ledger.movements if movement.currency == currency]
        opening = 0
        for month in months_between(month_of(own[0].at), month_of(as_of)):
            sums = dict.fromkeys(kinds, 0)
            for movement in own:
                if month_of(movement.at) == month:
                    sums[movement_type(movement)] += movement.net
            closing = opening + sum(sums.values())
            yield {
                "currency": currency.upper(),
                "month": month,
                "opening_minor": opening,
                **{f"{kind}_minor": amount for kind, amount in sums.items()},
                "closing_minor": closing,
                "is_complete": midnight(next_month(month)) <= as_of,
            }
            opening = closing
