"""Razorpay: the settlement recon report as CSV, API entities, pages and webhook events as JSON.

The report's amounts are decimals in major units (rupees) and its fee is without tax; the API's are integers in minor
units (paise) and its fee includes tax.

Sources: Razorpay's API reference and webhook payloads, the examples that its client libraries publish, and for the
report public integrations that quote its sample; docs/reference/razorpay.md has the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import CURRENCY, EPOCH_SECONDS, MAJOR, MINOR, UNSIGNED_MINOR, Format, moment, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Days, Documents, Export, Provider, column, keys

UNSIGNED_MAJOR = pattern("a decimal in major units with its point and without sign, like 10.5", r"\d+\.\d+|0")
LOCAL_TIME = moment("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", example="2026-01-31T23:59:59")
"""Indian time, which the file does not say; day before month where slashes are used."""

SETTLEMENT_RECON: tuple[Column, ...] = (
    column("transaction_entity", required=True),
    column("entity_id", required=True, identifier=True),
    column("amount", format=UNSIGNED_MAJOR, required=True),
    column("currency", format=CURRENCY, required=True),
    column("fee (exclusive tax)", format=MAJOR, required=True),
    column("tax", format=MAJOR, required=True),
    column("debit", format=UNSIGNED_MAJOR, required=True),
    column("credit", format=UNSIGNED_MAJOR, required=True),
    column("payment_method"),
    column("card_type"),
    column("issuer_name"),
    column("entity_created_at", format=LOCAL_TIME),
    column("payment_captured_at", format=LOCAL_TIME),
    column("payment_notes"),
    column("refund_notes"),
    column("arn", identifier=True),
    column("entity_description"),
    column("order_id", identifier=True),
    column("order_receipt", identifier=True),
    column("order_notes"),
    column("dispute_id", identifier=True),
    column("dispute_created_at", format=LOCAL_TIME),
    column("dispute_reason"),
    column("settlement_id", required=True, identifier=True),
    column("settled_at", format=LOCAL_TIME, required=True),
    column("settlement_utr", required=True, identifier=True),
    column("settled_by"),
)

_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("amount", "amount_refunded", "amount_deducted", "debit", "credit"), UNSIGNED_MINOR),
    **dict.fromkeys(("fee", "fees", "tax"), MINOR),
    **dict.fromkeys(("created_at", "settled_at", "respond_by", "ended_at"), EPOCH_SECONDS),
    "currency": CURRENCY,
}


def _keys(names: str) -> tuple[Column, ...]:
    return keys(names, _FORMATS.get)


DOCUMENTS: dict[str, tuple[Column, ...]] = {
    "payments": _keys("""
        id entity created_at amount base_amount currency base_currency status order_id invoice_id international method
        amount_refunded amount_transferred refund_status captured description card_id card bank wallet vpa upi email
        contact customer_id token_id notes fee fee_bearer tax error_code error_description error_source error_step
        error_reason acquirer_data emi terminal_id offers provider reward
    """),
    "refunds": _keys("""
        id entity created_at amount base_amount currency payment_id receipt notes acquirer_data batch_id status
        speed_processed speed_requested fee tax
    """),
    "disputes": _keys("""
        id entity created_at payment_id amount currency amount_deducted gateway_dispute_id reason_code
        reason_description respond_by status phase comments evidence lifecycle
    """),
    "subscriptions": _keys("""
        id entity created_at plan_id customer_id status current_start current_end ended_at quantity notes charge_at
        start_at end_at auth_attempts total_count paid_count remaining_count customer_notify expire_by short_url
        has_scheduled_changes change_scheduled_at schedule_change_at source offer_id type paused_at pause_initiated_by
        cancel_initiated_by payment_method
    """),
    "settlements": _keys("id entity created_at amount status fees tax utr"),
    "settlement_recon_items": _keys("""
        entity_id type created_at debit credit amount currency fee tax on_hold settled settled_at settlement_id
        settlement_utr posted_at credit_type description notes payment_id order_id order_receipt method card_network
        card_issuer card_type dispute_id
    """),
    "orders": _keys("""
        id entity created_at amount amount_paid amount_due currency receipt offer_id offers status attempts notes
    """),
    "invoices": _keys("""
        id entity created_at type receipt invoice_number customer_id customer_details order_id subscription_id
        payment_id line_items status expire_by issued_at paid_at cancelled_at expired_at sms_status email_status date
        terms partial_payment gross_amount tax_amount taxable_amount amount amount_paid amount_due currency
        currency_symbol description notes comment short_url view_less billing_start billing_end group_taxes_discounts
        idempotency_key
    """),
    "customers": _keys("id entity created_at name email contact gstin notes"),
    "plans": _keys("id entity created_at interval period item notes"),
    "events": _keys("id entity created_at account_id event contains payload"),
    "other_entities": _keys("id entity created_at amount currency status notes count"),
}

TABLES: dict[str, str] = {
    "payment": "payments",
    "refund": "refunds",
    "dispute": "disputes",
    "subscription": "subscriptions",
    "settlement": "settlements",
    "order": "orders",
    "invoice": "invoices",
    "customer": "customers",
    "plan": "plans",
    "event": "events",
}
"""The `entity` of a record -> its table; every other kind goes to `other_entities`."""

IDENTIFIERS = frozenset(
    """
    id entity_id payment_id refund_id order_id invoice_id customer_id card_id token_id terminal_id plan_id offer_id
    subscription_id settlement_id dispute_id gateway_dispute_id batch_id account_id receipt order_receipt utr
    settlement_utr arn rrn auth_code bank_transaction_id upi_transaction_id invoice_number idempotency_key
    """.split()
)

_ENTITY = re.compile(r'"entity"\s*:\s*"[a-z_.]+"')
_ID = re.compile(r'"(?:acc|adj|cust|disp|inv|order|pay|plan|rfnd|setl|setlod|setlodp|sub|trf)_[A-Za-z0-9]{14}"')
_EMPTY_PAGE = re.compile(r'"entity"\s*:\s*"collection"\s*,\s*"count"\s*:\s*0\b')
_RECON = re.compile(r'"entity_id"\s*:\s*"(?:adj|pay|rfnd|setl|trf)_[A-Za-z0-9]{14}"')


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this is Razorpay's: an `entity` with an id of its kind, or its empty page."""
    return bool((_ENTITY.search(head) and _ID.search(head)) or _EMPTY_PAGE.search(head) or _RECON.search(head))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one entity by its kind; items of the recon API have no kind, but the id of an entity."""
    kind = cells.get("entity", "")
    if kind == '"collection"':
        return None
    if kind[:1] == '"':
        return TABLES.get(kind.strip('"'), "other_entities")
    return "settlement_recon_items" if {"entity_id", "settlement_id"} <= cells.keys() else None


PROVIDER = Provider(
    "razorpay",
    "bronze_razorpay",
    exports=(
        Export("settlement_recon", {"settlement_recon": SETTLEMENT_RECON}, delimited(), days=Days(("settled_at",))),
    ),
    documents=Documents(DOCUMENTS, is_ours, table_of, lists=("items",)),
    identifiers=IDENTIFIERS,
)
