"""Transactions, refunds and disputes as the client libraries write them."""

from __future__ import annotations

from typing import Any

from paylake.simulator.braintree.naming import BraintreeNaming, global_id
from paylake.simulator.braintree.words import (
    ALPHA_3,
    DECLINES,
    Disbursements,
    account,
    day,
    history,
    library_time,
    major,
    yes,
)
from paylake.simulator.clock import DAY
from paylake.simulator.ledger import Attempt, Card, Dispute, Invoice, Refund, Subscription

Json = dict[str, Any]
BRANDS = {"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express"}
INSTRUMENTS = {None: "credit_card", "apple_pay": "apple_pay_card", "google_pay": "android_pay_card"}
DETAILS = {None: "credit_card_details", "apple_pay": "apple_pay_details", "google_pay": "android_pay_card_details"}
REASONS = {
    "fraudulent": ("fraud", "10.4"),
    "subscription_canceled": ("cancelled_recurring_transaction", "13.2"),
    "product_not_received": ("product_not_received", "13.1"),
    "duplicate": ("duplicate", "12.6"),
    "unrecognized": ("not_recognized", "C14"),
}


def card_details(card: Card, naming: BraintreeNaming) -> Json:
    """What a transaction shows of a card."""
    brand = BRANDS[card.brand]
    names: Json = {"card_type": brand}
    if card.wallet == "apple_pay":
        names = {"card_type": f"Apple Pay - {brand}", "payment_instrument_name": f"{brand} {card.last4}"}
    elif card.wallet == "google_pay":
        names = {"source_card_type": brand, "source_card_last_4": card.last4}
    return names | {
        "country_of_issuance": ALPHA_3[card.country],
        "debit": yes(card.funding == "debit"),
        "prepaid": yes(card.funding == "prepaid"),
        "expiration_month": "09",
        "expiration_year": str(card.exp_year),
        "last_4": card.last4,
        "token": naming.of("token", card.fingerprint),
    }


def transaction(
    one: Attempt, sub: Subscription, invoice: Invoice, naming: BraintreeNaming, paid_out: Disbursements, until: int
) -> Json:
    """A sale for a subscription, as it stands just before `until`."""
    period = next(state for state in reversed(sub.states) if state.at <= one.at)
    text = "Approved" if one.outcome == "succeeded" else "Unavailable"
    code, text = DECLINES.get(one.decline_code or "", ("1000", text))
    source = "recurring" if one.initiator == "merchant" else "api"
    return _common("sale", one, source, naming, paid_out, until) | {
        "amount": major(history(one, until)[-1][2]),
        "customer_details": {"id": one.customer_id},
        "gateway_rejection_reason": "fraud" if one.outcome == "blocked" else None,
        "plan_id": period.items[0].price.id,
        "processor_response_code": code,
        "processor_response_text": text,
        "recurring": True,
        "subscription_id": sub.id,
        "subscription_details": {
            "billing_period_start_date": day(period.period_start),
            "billing_period_end_date": day(period.period_end - DAY),
        },
        "tax_amount": major(invoice.tax) if 0 <= invoice.tax <= one.amount else None,
        "three_d_secure_info": _three_d_secure(one),
    }


def refund(one: Refund, naming: BraintreeNaming, paid_out: Disbursements, until: int) -> Json:
    """Money given back: a transaction of its own, of type credit."""
    return _common("credit", one, "control_panel", naming, paid_out, until) | {
        "amount": major(one.amount),
        "customer_details": {"id": one.attempt.customer_id},
        "processor_response_code": "1002",
        "processor_response_text": "Processed",
        "recurring": False,
        "refunded_transaction_id": one.attempt.id,
        "subscription_id": None,
    }


def dispute(one: Dispute, paid_out: Disbursements, until: int) -> Json:
    """A dispute of a sale for a subscription, as it stands just before `until`."""
    reason, code = REASONS[one.reason]
    events = dispute_events(one, paid_out, until)
    won = one.amount if events[-1][0] == "won" else 0
    return {
        "id": one.id,
        "graphql_id": global_id("dispute", one.id),
        "amount_disputed": float(major(one.amount)),
        "amount_won": float(major(won)),
        "case_number": f"CB{one.id[:9].upper()}",
        "created_at": library_time(one.opened_at),
        "currency_iso_code": one.attempt.currency.upper(),
        "evidence": [],
        "kind": "retrieval" if one.is_inquiry else "chargeback",
        "merchant_account_id": account(one.attempt.currency),
        "original_dispute_id": None,
        "reason": "retrieval" if one.is_inquiry else reason,
        "reason_code": code,
        "received_date": day(one.opened_at),
        "reply_by_date": day(one.due_at),
        "status": events[-1][0],
        "status_history": [
            {
                "disbursement_date": day(paid) if paid is not None else None,
                "effective_date": day(instant),
                "status": status,
                "timestamp": library_time(instant),
            }
            for status, instant, paid in reversed(events)
        ],
        "transaction": {"id": one.attempt.id, "amount": major(one.attempt.captured)},
        "updated_at": library_time(max(instant for _, instant, _ in events)),
    }


def dispute_events(one: Dispute, paid_out: Disbursements, until: int) -> list[tuple[str, int, int | None]]:
    """Status, instant and disbursement of what happened to a dispute before `until`, in order."""
    events = [("open", one.opened_at, paid_out.at(one.withdrawn, until))]
    if one.closed_at is not None and one.closed_at < until:
        status = "won" if one.outcome == "won" else "expired" if one.is_inquiry else "lost"
        events.append((status, one.closed_at, paid_out.at(one.reinstated, until)))
    return events


def _common(
    kind: str, one: Attempt | Refund, source: str, naming: BraintreeNaming, paid_out: Disbursements, until: int
) -> Json:
    attempt = one if isinstance(one, Attempt) else one.attempt
    steps, card, currency = history(one, until), attempt.card, attempt.currency
    disbursed = paid_out.at(one.movement_id, until)
    amount = one.captured if isinstance(one, Attempt) else one.amount
    is_settled = steps[-1][0] == "settled"
    return {
        "id": one.id,
        "graphql_id": global_id("transaction" if kind == "sale" else "refund", one.id),
        "type": kind,
        "status": steps[-1][0],
        "currency_iso_code": currency.upper(),
        "created_at": library_time(one.at),
        "updated_at": library_time(steps[-1][1]),
        "merchant_account_id": account(currency),
        "order_id": attempt.order_id or "",
        "payment_instrument_type": INSTRUMENTS[card.wallet],
        DETAILS[card.wallet]: card_details(card, naming),
        "discounts": [],
        "add_ons": [],
        "disbursement_details": {
            "disbursement_date": day(disbursed) if disbursed is not None else None,
            "funds_held": False if disbursed is not None else None,
            "settlement_amount": float(major(amount)) if disbursed is not None else None,
            "settlement_currency_exchange_rate": 1 if disbursed is not None else None,
            "settlement_currency_iso_code": currency.upper() if disbursed is not None else None,
            "success": True if disbursed is not None else None,
        },
        "settlement_batch_id": f"{day(steps[-1][1])}_{account(currency)}" if is_settled else None,
        "status_history": [
            {
                "amount": float(major(part)),
                "status": status,
                "timestamp": library_time(instant),
                "transaction_source": "" if status == "settled" else source,
            }
            for status, instant, part in steps
        ],
    }


def _three_d_secure(one: Attempt) -> Json | None:
    if one.authentication == "none":
        return None
    return {
        "enrolled": "Y",
        "liability_shifted": True,
        "liability_shift_possible": True,
        "status": "authenticate_successful",
        "lookup": {"trans_status": "C" if one.authentication == "challenged" else "Y"},
        "authentication": {"trans_status": "Y"},
    }
