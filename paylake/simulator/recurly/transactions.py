"""Transactions: tries to take money and money given back, as exports and as the API show them."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import Attempt, Customer, Refund
from paylake.simulator.recurly.documents import Document
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.words import FAILURES, Row, api_time, major, site_time

TRANSACTIONS_4 = """
    account_code name transaction_id type amount tax_amount currency date status message test cc_type cvv_result
    avs_result avs_result_postal avs_result_street reference approval_code description state country
    ip_address_country original_transaction_id invoice_id subscription_id po_number collection_method
    transaction_gateway_type modified_at origin gateway_error_codes payment_method collected_at fraud_decision
    fraud_score fraud_message failure_type gateway_code cc_first_6
""".split()
TRANSACTIONS_9 = [
    *TRANSACTIONS_4, "vat_number", "backup_payment_method_used", "card_brand", "card_type", "card_level",
    "card_issuer", "card_issuing_country", "transaction_api_id", "payment_method_identifier", "expire_month",
    "expire_year", "processor_response_code", "processor_response_text", "issuer_response_code", "billing_info_id",
]  # fmt: skip
BRANDS = {"visa": ("visa", "Visa"), "mastercard": ("master", "MasterCard"), "amex": ("amex", "American Express")}
METHODS = {None: "Credit Card", "apple_pay": "Apple Pay", "google_pay": "Google Pay"}


def purchase(one: Attempt, owner: Customer, naming: RecurlyNaming) -> Row:
    """A try to collect an invoice."""
    return _common(one, one, owner, one.invoice_id or "", naming) | {
        "type": "purchase",
        "amount": major(one.amount, one.currency),
        "status": "success" if one.outcome == "succeeded" else "declined",
        "message": "The transaction was approved" if one.outcome == "succeeded" else "Declined",
        "origin": "recurring" if one.initiator == "merchant" else "api",
        "failure_type": _failure(one),
        "fraud_decision": "DECLINE" if one.outcome == "blocked" else "APPROVE",
    }


def refund(document: Document, one: Refund, owner: Customer, naming: RecurlyNaming) -> Row:
    """Money given back, below zero, with the invoice that credits it."""
    return _common(one, one.attempt, owner, document.id, naming) | {
        "type": "refund",
        "amount": major(-one.amount, one.attempt.currency),
        "status": "success",
        "message": "The transaction was approved",
        "original_transaction_id": one.attempt.id,
        "origin": "recurly_admin",
    }


def purchase_object(one: Attempt, naming: RecurlyNaming) -> dict[str, Any]:
    """The same try as an object of the API."""
    return _object(one, one, one.invoice_id or "", naming) | {
        "type": "purchase",
        "origin": "recurring" if one.initiator == "merchant" else "api",
        "status": "success" if one.outcome == "succeeded" else "declined",
        "success": one.outcome == "succeeded",
        "status_code": _failure(one) or None,
        "fraud_info": {"decision": "decline" if one.outcome == "blocked" else "approve", "score": one.risk_score},
    }


def refund_object(document: Document, one: Refund, naming: RecurlyNaming) -> dict[str, Any]:
    """The same refund as an object of the API."""
    return _object(one, one.attempt, document.id, naming) | {
        "type": "refund",
        "origin": "recurly_admin",
        "status": "success",
        "success": True,
        "original_transaction_id": naming.short(one.attempt.id),
    }


def _common(one: Attempt | Refund, attempt: Attempt, owner: Customer, invoice_id: str, naming: RecurlyNaming) -> Row:
    card = attempt.card
    return {
        "account_code": owner.id,
        "name": owner.name,
        "transaction_id": one.id,
        "currency": attempt.currency.upper(),
        "date": site_time(one.at),
        "test": "FALSE",
        "cc_type": BRANDS[card.brand][0],
        "country": card.country,
        "invoice_id": invoice_id,
        "subscription_id": attempt.subscription_id or "",
        "collection_method": "automatic",
        "transaction_gateway_type": "stripe",
        "modified_at": site_time(one.at),
        "payment_method": METHODS[card.wallet],
        "gateway_code": "main",
        "backup_payment_method_used": "FALSE",
        "card_brand": BRANDS[card.brand][1],
        "card_type": "debit" if card.funding == "debit" else "credit",
        "card_level": "prepaid" if card.funding == "prepaid" else "",
        "card_issuing_country": card.country,
        "transaction_api_id": naming.short(one.id),
        "expire_month": "9",
        "expire_year": str(card.exp_year),
    }


def _object(one: Attempt | Refund, attempt: Attempt, invoice_id: str, naming: RecurlyNaming) -> dict[str, Any]:
    card = attempt.card
    method = {None: "credit_card", "apple_pay": "apple_pay", "google_pay": "google_pay"}[card.wallet]
    return {
        "id": naming.short(one.id),
        "object": "transaction",
        "uuid": one.id,
        "account": {"id": naming.short(attempt.customer_id or ""), "object": "account", "code": attempt.customer_id},
        "invoice": {"id": naming.short(invoice_id), "object": "invoice"},
        "subscription_ids": [naming.short(attempt.subscription_id or "")],
        "currency": attempt.currency.upper(),
        "amount": float(major(one.amount, attempt.currency)),
        "payment_method": {"object": method, "card_type": BRANDS[card.brand][1], "last_four": card.last4},
        "created_at": api_time(one.at),
        "updated_at": api_time(one.at),
        "collected_at": api_time(one.at),
    }


def _failure(one: Attempt) -> str:
    return "fraud_risk_check" if one.outcome == "blocked" else FAILURES.get(one.decline_code or "", "")
