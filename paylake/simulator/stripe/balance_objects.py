"""Stripe's balance transactions, disputes and payouts, as the API would show them at an instant."""

from __future__ import annotations

from typing import Any

from paylake.simulator.ledger import Dispute, Movement, Payout

Json = dict[str, Any]
DISPUTE_CODES = {"visa": "10.4", "mastercard": "4837", "amex": "F29"}
# what the ledger calls it -> Stripe's type and reporting_category
MOVEMENT_TYPES = {
    "capture": ("charge", "charge"),
    "capture_reversal": ("refund", "partial_capture_reversal"),
    "refund": ("refund", "refund"),
    "dispute": ("adjustment", "dispute"),
    "dispute_reversal": ("adjustment", "dispute_reversal"),
    "fee": ("stripe_fee", "fee"),
    "payout": ("payout", "payout"),
    "payout_reversal": ("payout_failure", "payout_reversal"),
}
PAYOUT_TEXTS = {"payout": "STRIPE PAYOUT", "payout_reversal": "STRIPE PAYOUT FAILURE"}


def description(movement: Movement) -> str:
    """What Stripe writes beside a movement."""
    return PAYOUT_TEXTS.get(movement.kind, movement.description)


def balance_transaction_object(movement: Movement, as_of: int) -> Json:
    """A balance transaction; net = amount - fee."""
    kind, category = MOVEMENT_TYPES[movement.kind]
    text = "Dispute fee" if movement.kind in ("dispute", "dispute_reversal") else "Stripe processing fees"
    detail = {
        "amount": movement.fee,
        "application": None,
        "currency": movement.currency,
        "description": text,
        "type": "stripe_fee",
    }
    source = movement.source_id
    return {
        "id": movement.id,
        "object": "balance_transaction",
        "amount": movement.gross,
        "available_on": movement.available_at,
        "created": movement.at,
        "currency": movement.currency,
        "description": description(movement),
        "exchange_rate": None,
        "fee": movement.fee,
        "fee_details": [detail] if movement.fee else [],
        "net": movement.net,
        "reporting_category": category,
        "source": source,
        "status": "available" if movement.available_at <= as_of else "pending",
        "type": kind,
    }


def dispute_object(dispute: Dispute, instant: int) -> Json:
    """A dispute at an instant."""
    is_closed = dispute.closed_at is not None and dispute.closed_at <= instant
    status = "warning_needs_response" if dispute.is_inquiry else "needs_response"
    if is_closed:
        status = "warning_closed" if dispute.is_inquiry else str(dispute.outcome)
    moved = [one for one in (dispute.withdrawn, dispute.reinstated) if one and one.at <= instant]
    brand = dispute.attempt.card.brand
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transaction": moved[0].id if moved else None,
        "balance_transactions": [balance_transaction_object(one, instant) for one in moved],
        "charge": dispute.attempt.id,
        "created": dispute.opened_at,
        "currency": dispute.attempt.currency,
        "evidence": {},
        "evidence_details": {
            "due_by": dispute.due_at,
            "has_evidence": is_closed,
            "past_due": False,
            "submission_count": int(is_closed and not dispute.is_inquiry),
        },
        "is_charge_refundable": dispute.is_inquiry,
        "livemode": True,
        "metadata": {},
        "payment_intent": dispute.attempt.payment_id,
        "payment_method_details": {
            "card": {"brand": brand, "network_reason_code": DISPUTE_CODES[brand]},
            "type": "card",
        },
        "reason": dispute.reason,
        "status": status,
    }


def payout_object(payout: Payout, bank_account: str, instant: int) -> Json:
    """A payout at an instant."""
    is_failed = payout.failed_at is not None and payout.failed_at <= instant
    is_paid = payout.paid_at is not None and payout.paid_at <= instant
    return {
        "id": payout.id,
        "object": "payout",
        "amount": payout.amount,
        "arrival_date": payout.arrives_at,
        "automatic": True,
        "balance_transaction": payout.movement_id,
        "created": payout.at,
        "currency": payout.currency,
        "description": "STRIPE PAYOUT",
        "destination": bank_account,
        "failure_balance_transaction": payout.failure_movement_id if is_failed else None,
        "failure_code": "could_not_process" if is_failed else None,
        "failure_message": "The bank could not process this transfer." if is_failed else None,
        "livemode": True,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "reconciliation_status": "completed" if is_paid else "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "failed" if is_failed else "paid" if is_paid else "in_transit",
        "trace_id": {
            "status": "supported" if is_paid else "pending",
            "value": payout.bank_reference if is_paid else None,
        },
        "type": "bank_account",
    }
