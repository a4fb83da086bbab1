"""Stripe's payment objects, as the API would show them at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from paylake.simulator.ledger import Attempt, Dispute, Ledger, Refund
from paylake.simulator.naming import token

Json = dict[str, Any]
DECLINES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
}


@dataclass(frozen=True)
class Relations:
    """What hangs on an attempt or a payment, found without searching."""

    refunds: dict[str, list[Refund]] = field(default_factory=dict)
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger) -> Relations:
        """The relations of a ledger."""
        relations = cls()
        for refund in ledger.refunds:
            relations.refunds.setdefault(refund.attempt.id, []).append(refund)
        for dispute in ledger.disputes:
            relations.disputes.setdefault(dispute.attempt.id, []).append(dispute)
        for attempt in ledger.attempts:
            relations.attempts.setdefault(attempt.payment_id, []).append(attempt)
        return relations


def error_code(attempt: Attempt) -> str | None:
    """The charge's failure_code: the few declines that have a code of their own, else card_declined."""
    if attempt.outcome == "succeeded":
        return None
    return "expired_card" if attempt.decline_code == "expired_card" else "card_declined"


def outcome_object(attempt: Attempt) -> Json:
    """How the network and the risk rules answered."""
    level = "highest" if attempt.outcome == "blocked" else "elevated" if attempt.risk_score > 60 else "normal"
    network, kind, reason, message = "approved_by_network", "authorized", None, "Payment complete."
    if attempt.outcome == "declined":
        network, kind, reason = "declined_by_network", "issuer_declined", attempt.decline_code
        message = "The bank returned a decline code."
    elif attempt.outcome == "blocked":
        network, kind, reason = "not_sent_to_network", "blocked", "highest_risk_level"
        message = "Stripe blocked this payment as too risky."
    return {
        "network_status": network,
        "reason": reason,
        "risk_level": level,
        "risk_score": attempt.risk_score,
        "seller_message": message,
        "type": kind,
    }


def card_object(attempt: Attempt) -> Json:
    """The card as a charge shows it."""
    card, how = attempt.card, attempt.authentication
    secure = None
    if how != "none":
        flow = "challenge" if how == "challenged" else "frictionless"
        secure = {"authentication_flow": flow, "result": "authenticated", "version": "2.2.0"}
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
        "country": card.country,
        "exp_month": 1 + sum(card.fingerprint.encode()) % 12,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "three_d_secure": secure,
        "wallet": {"dynamic_last4": None, "type": card.wallet} if card.wallet else None,
    }


def charge_object(attempt: Attempt, relations: Relations, instant: int) -> Json:
    """A charge at an instant."""
    is_good = attempt.outcome == "succeeded"
    is_captured = attempt.captured_at is not None and attempt.captured_at <= instant
    refunds = [one for one in relations.refunds.get(attempt.id, []) if one.at <= instant]
    disputes = [one for one in relations.disputes.get(attempt.id, []) if one.opened_at <= instant]
    captured = attempt.captured if is_captured else 0
    spared = attempt.amount - captured if is_captured else 0
    refunded = sum(one.amount for one in refunds) + spared
    return {
        "id": attempt.id,
        "object": "charge",
        "amount": attempt.amount,
        "amount_captured": captured,
        "amount_refunded": refunded,
        "application": None,
        "application_fee": None,
        "balance_transaction": attempt.movement_id if is_captured else None,
        "billing_details": {"email": None, "name": None, "phone": None},
        "captured": is_captured,
        "created": attempt.at,
        "currency": attempt.currency,
        "customer": attempt.customer_id,
        "description": attempt.description,
        "dispute": disputes[-1].id if disputes else None,
        "disputed": bool(disputes),
        "failure_code": error_code(attempt),
        "failure_message": None if is_good else DECLINES.get(attempt.decline_code or "", "Your card was declined."),
        "fraud_details": {},
        "invoice": attempt.invoice_id,
        "livemode": True,
        "metadata": {"order_id": attempt.order_id} if attempt.order_id else {},
        "outcome": outcome_object(attempt),
        "paid": is_good,
        "payment_intent": attempt.payment_id,
        "payment_method": f"pm_1{token(attempt.card.fingerprint, 23)}",
        "payment_method_details": {"card": card_object(attempt), "type": "card"},
        "receipt_email": None,
        "refunded": bool(refunds) and refunded == attempt.amount,
        "statement_descriptor": "SIMULATED",
        "status": "succeeded" if is_good else "failed",
        "transfer_group": None,
    }


def payment_intent_object(payment_id: str, relations: Relations, instant: int) -> Json:
    """A payment at an instant: all attempts that share it."""
    tries = [one for one in relations.attempts[payment_id] if one.at <= instant]
    first, last = tries[0], tries[-1]
    is_captured = last.captured_at is not None and last.captured_at <= instant
    status = "succeeded" if is_captured else "requires_payment_method"
    if last.outcome == "succeeded" and not is_captured:
        status = "requires_capture"
    error = None
    if last.outcome != "succeeded":
        reason = last.decline_code or "generic_decline"
        error = {"charge": last.id, "code": error_code(last), "decline_code": reason, "type": "card_error"}
    is_manual = first.invoice_id is None and (last.captured_at or 0) > last.at
    return {
        "id": payment_id,
        "object": "payment_intent",
        "amount": first.amount,
        "amount_capturable": first.amount if status == "requires_capture" else 0,
        "amount_received": last.captured if is_captured else 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "manual" if is_manual or status == "requires_capture" else "automatic",
        "confirmation_method": "automatic",
        "created": first.at,
        "currency": first.currency,
        "customer": first.customer_id,
        "description": first.description,
        "invoice": first.invoice_id,
        "last_payment_error": error,
        "latest_charge": last.id,
        "livemode": True,
        "metadata": {"order_id": first.order_id} if first.order_id else {},
        "payment_method": f"pm_1{token(last.card.fingerprint, 23)}",
        "payment_method_types": ["card"],
        "setup_future_usage": "off_session" if first.invoice_id else None,
        "status": status,
    }


def refund_object(refund: Refund) -> Json:
    """A refund."""
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.movement_id,
        "charge": refund.attempt.id,
        "created": refund.at,
        "currency": refund.attempt.currency,
        "metadata": {},
        "payment_intent": refund.attempt.payment_id,
        "reason": refund.reason,
        "receipt_number": None,
        "status": "succeeded",
    }
