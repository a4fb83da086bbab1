"""Razorpay's entities of payments, as the API would show them at an instant: integers in paise, seconds since 1970."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import Attempt, Customer, Dispute, Payout, Refund
from paylake.simulator.naming import token
from paylake.simulator.razorpay.market import fee_tax

Json = dict[str, Any]
NETWORKS = {"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express"}
DECLINES = {
    "insufficient_funds": ("customer", "insufficient_funds"),
    "generic_decline": ("bank", "payment_failed"),
    "do_not_honor": ("bank", "card_declined"),
    "try_again_later": ("bank", "bank_technical_error"),
    "expired_card": ("customer", "card_expired"),
    "lost_card": ("bank", "debit_instrument_blocked"),
    "stolen_card": ("bank", "debit_instrument_blocked"),
    "pickup_card": ("bank", "debit_instrument_inactive"),
}
"""Source and reason of an error, by the ledger's decline code."""
DISPUTE_REASONS = {
    "fraudulent": "chargeback_fraud",
    "subscription_canceled": "cancelled_recurring_transaction",
    "product_not_received": "goods_or_services_not_received",
    "duplicate": "duplicate_processing",
    "unrecognized": "transaction_not_recognised",
}


def card_object(attempt: Attempt) -> Json:
    """The card as a payment shows it."""
    card = attempt.card
    return {
        "id": f"card_{token(card.fingerprint, 14)}",
        "entity": "card",
        "name": "",
        "last4": card.last4,
        "network": NETWORKS[card.brand],
        "type": card.funding,
        "issuer": "HDFC",
        "international": False,
        "emi": False,
        "sub_type": "consumer",
        "token_iin": None,
    }


def error_of(attempt: Attempt) -> Json:
    """The members that say why a payment failed; null for one that did not."""
    if attempt.outcome == "succeeded":
        return dict.fromkeys(("error_code", "error_description", "error_source", "error_step", "error_reason"))
    source, reason = "internal", "payment_risk_check_failed"
    if attempt.outcome == "declined":
        source, reason = DECLINES[attempt.decline_code or ""]
    return {
        "error_code": "BAD_REQUEST_ERROR",
        "error_description": "Your payment could not be completed. Try another card or payment method.",
        "error_source": source,
        "error_step": "payment_initiation" if source == "internal" else "payment_authorization",
        "error_reason": reason,
    }


def payment_object(attempt: Attempt, customer: Customer | None, refunds: list[Refund], fee: int, instant: int) -> Json:
    """A payment at an instant; `fee` includes its tax and is known once the payment is captured."""
    is_captured = attempt.captured_at is not None and attempt.captured_at <= instant
    refunded = sum(one.amount for one in refunds if one.at <= instant)
    status = "failed" if attempt.outcome != "succeeded" else "captured" if is_captured else "authorized"
    refund_status = None if not refunded else "full" if refunded == attempt.amount else "partial"
    return {
        "id": attempt.id,
        "entity": "payment",
        "amount": attempt.amount,
        "currency": attempt.currency.upper(),
        "status": "refunded" if refund_status == "full" else status,
        "order_id": attempt.payment_id,
        "invoice_id": attempt.invoice_id,
        "international": False,
        "method": "card",
        "amount_refunded": refunded,
        "refund_status": refund_status,
        "captured": is_captured,
        "description": attempt.description,
        "card_id": card_object(attempt)["id"],
        "card": card_object(attempt),
        "bank": None,
        "wallet": None,
        "vpa": None,
        "email": customer.last.email if customer else "void@razorpay.com",
        "contact": None,
        "customer_id": attempt.customer_id,
        "token_id": None,
        "notes": {"order": attempt.order_id} if attempt.order_id else [],
        "fee": fee if is_captured else None,
        "tax": fee_tax(attempt.amount) if is_captured else None,
        **error_of(attempt),
        "acquirer_data": {"auth_code": token(attempt.id, 6) if attempt.outcome == "succeeded" else None},
        "created_at": attempt.at,
    }


def refund_object(refund: Refund) -> Json:
    """A refund."""
    return {
        "id": refund.id,
        "entity": "refund",
        "amount": refund.amount,
        "currency": refund.attempt.currency.upper(),
        "payment_id": refund.attempt.id,
        "notes": {"reason": refund.reason} if refund.reason else [],
        "receipt": None,
        "acquirer_data": {"arn": None},
        "created_at": refund.at,
        "batch_id": None,
        "status": "processed",
        "speed_processed": "normal",
        "speed_requested": "normal",
    }


def dispute_object(dispute: Dispute, instant: int) -> Json:
    """A dispute at an instant; its amount is deducted when it is opened, and given back when it is won."""
    is_closed = dispute.closed_at is not None and dispute.closed_at <= instant
    status = str(dispute.outcome) if is_closed else "open"
    is_deducted = not dispute.is_inquiry and status != "won"
    return {
        "id": dispute.id,
        "entity": "dispute",
        "payment_id": dispute.attempt.id,
        "amount": dispute.amount,
        "currency": dispute.attempt.currency.upper(),
        "amount_deducted": dispute.amount if is_deducted else 0,
        "reason_code": DISPUTE_REASONS[dispute.reason],
        "reason_description": None,
        "respond_by": dispute.due_at,
        "status": status,
        "phase": "fraud" if dispute.is_inquiry else "chargeback",
        "created_at": dispute.opened_at,
    }


def settlement_object(payout: Payout, instant: int) -> Json:
    """A settlement at an instant. It has no currency; fees are those of settlements on demand."""
    is_processed = payout.paid_at is not None and payout.paid_at <= instant
    return {
        "id": payout.id,
        "entity": "settlement",
        "amount": payout.amount,
        "status": "processed" if is_processed else "created",
        "fees": 0,
        "tax": 0,
        "utr": payout.bank_reference if is_processed else None,
        "created_at": payout.at,
    }
