"""Chargebee's transactions: what a gateway answered to its charges, refunds, and chargebacks."""

from __future__ import annotations

import json

from paylake.simulator.chargebee.invoices import reason_code
from paylake.simulator.chargebee.naming import ChargebeeNaming
from paylake.simulator.chargebee.words import Json, card_object, versioned
from paylake.simulator.ledger import Attempt, Dispute, Refund

Back = Refund | Dispute


def moment(one: Back) -> int:
    """When money was given back, or taken back."""
    return one.opened_at if isinstance(one, Dispute) else one.at


def payment(one: Attempt, backs: list[Back], naming: ChargebeeNaming, instant: int) -> Json:
    """A charge of the card on file, as it stood at an instant."""
    known = [back for back in backs if moment(back) <= instant]
    at = max([one.at, *map(moment, known)])
    is_good = one.outcome == "succeeded"
    what = {
        **_shared(one, naming),
        "id": one.id,
        "type": "payment",
        "payment_method": one.card.wallet or "card",
        "amount": one.amount,
        "amount_unused": 0,
        "date": one.at,
        "id_at_gateway": naming.of("charge", one.id) if is_good else None,
        "status": "success" if is_good else "failure",
        "initiator_type": "customer" if one.initiator == "customer" else None,
        "three_d_secure": True if one.authentication != "none" else None,
        **_failure(one),
        "linked_invoices": [{"invoice_id": one.invoice_id, "applied_amount": one.amount, "applied_at": one.at}],
        "linked_refunds": [_linked(back) for back in known],
    }
    return versioned(what, at, step=len(known))


def give_back(one: Back, note_id: str, naming: ChargebeeNaming) -> Json:
    """A refund; a chargeback is a refund that the bank made."""
    is_chargeback = isinstance(one, Dispute)
    reason, at = reason_code(one), moment(one)
    note: Json = {"cn_id": note_id, "applied_amount": one.amount, "applied_at": at, "cn_reason_code": reason}
    what = {
        **_shared(one.attempt, naming),
        "id": one.id,
        "type": "refund",
        "payment_method": "chargeback" if is_chargeback else one.attempt.card.wallet or "card",
        "amount": one.amount,
        "date": at,
        "id_at_gateway": None if is_chargeback else naming.of("charge", one.id),
        "refunded_txn_id": one.attempt.id,
        "status": "success",
        "linked_credit_notes": [{**note, "cn_reference_invoice_id": one.attempt.invoice_id, "cn_status": "refunded"}],
    }
    return versioned(what, at)


def _shared(one: Attempt, naming: ChargebeeNaming) -> Json:
    details = {"card": {name: value for name, value in card_object(one.card).items() if name != "masked_number"}}
    return {
        "object": "transaction",
        "customer_id": one.customer_id,
        "subscription_id": one.subscription_id,
        "gateway": "stripe",
        "gateway_account_id": naming.of("gateway_account", "1"),
        "payment_source_id": naming.of("payment_source", one.customer_id or ""),
        "currency_code": one.currency.upper(),
        "masked_card_number": f"************{one.card.last4}",
        "payment_method_details": json.dumps(details, separators=(",", ":")),
    }


def _failure(one: Attempt) -> Json:
    if one.outcome == "succeeded":
        return {}
    detail = {"error_code": "card_declined", "decline_code": one.decline_code} if one.decline_code else None
    return {
        "error_code": "card_declined",
        "error_text": "(card_declined) Your card was declined.",
        "error_detail": detail,
        "fraud_flag": "fraudulent" if one.outcome == "blocked" else None,
    }


def _linked(back: Back) -> Json:
    return {"txn_id": back.id, "txn_status": "success", "txn_date": moment(back), "txn_amount": back.amount}
