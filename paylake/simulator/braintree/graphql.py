"""Sales without a subscription, their refunds and disputes, as the GraphQL API answers a search."""

from __future__ import annotations

from typing import Any

from paylake.simulator.braintree.naming import global_id
from paylake.simulator.braintree.transactions import REASONS, dispute_events
from paylake.simulator.braintree.words import (
    ALPHA_3,
    DECLINES,
    Disbursements,
    account,
    day,
    graphql_time,
    history,
    major,
    yes,
)
from paylake.simulator.ledger import Attempt, Card, Dispute, Refund

Json = dict[str, Any]
BRANDS = {"visa": "VISA", "mastercard": "MASTERCARD", "amex": "AMERICAN_EXPRESS"}


def payment(one: Attempt, paid_out: Disbursements, until: int) -> Json:
    """A sale as it stands just before `until`; events that the query did not ask for are empty."""
    return _common("transaction", one, one, paid_out, until) | {
        "amount": _amount(history(one, until)[-1][2], one.currency),
        "orderId": one.order_id,
        "source": "API",
        "customer": None,
        "refunds": None,
        "disputes": [],
    }


def refund(one: Refund, paid_out: Disbursements, until: int) -> Json:
    """Money given back: its amount is positive, what was disbursed negative."""
    attempt = one.attempt
    return _common("refund", one, attempt, paid_out, until) | {
        "amount": _amount(one.amount, attempt.currency),
        "orderId": attempt.order_id,
        "details": None,
        "refundedTransaction": {
            "id": global_id("transaction", attempt.id),
            "legacyId": attempt.id,
            "orderId": attempt.order_id,
            "createdAt": graphql_time(attempt.at),
            "source": "API",
        },
    }


def dispute(one: Dispute, paid_out: Disbursements, until: int) -> Json:
    """A dispute of such a sale, as it stands just before `until`."""
    attempt, events = one.attempt, dispute_events(one, paid_out, until)
    return {
        "id": global_id("dispute", one.id),
        "legacyId": one.id,
        "type": "RETRIEVAL" if one.is_inquiry else "CHARGEBACK",
        "caseNumber": f"VM-R-{one.id[:9].upper()}",
        "createdAt": graphql_time(one.opened_at),
        "referenceNumber": None,
        "receivedDate": day(one.opened_at),
        "status": events[-1][0].upper(),
        "reason": REASONS[one.reason][0].upper(),
        "reasonCode": REASONS[one.reason][1],
        "replyByDate": day(one.due_at),
        "merchantAccountId": account(attempt.currency),
        "transaction": {
            "id": global_id("transaction", attempt.id),
            "legacyId": attempt.id,
            "orderId": attempt.order_id,
            "createdAt": graphql_time(attempt.at),
            "amount": _amount(attempt.captured, attempt.currency),
        },
        "amountDisputed": _amount(one.amount, attempt.currency),
        "amountWon": _amount(one.amount if events[-1][0] == "won" else 0, attempt.currency),
        "statusHistory": [
            {
                "__typename": "DisputeStatusEvent",
                "timestamp": graphql_time(instant),
                "disbursementDate": day(paid) if paid is not None else None,
                "status": status.upper(),
                "effectiveDate": day(instant),
            }
            for status, instant, paid in reversed(events)
        ],
    }


def page(field: str, nodes: list[Json], request_id: str, has_next: bool) -> Json:
    """An answer of the API with one page of a search."""
    edges = [{"cursor": node["id"], "node": node} for node in nodes]
    found = {"pageInfo": {"hasNextPage": has_next, "endCursor": edges[-1]["cursor"]}, "edges": edges}
    return {"data": {"search": {field: found}}, "extensions": {"requestId": request_id}}


def _common(kind: str, one: Attempt | Refund, attempt: Attempt, paid_out: Disbursements, until: int) -> Json:
    steps, currency = history(one, until), attempt.currency
    disbursed = paid_out.at(one.movement_id, until)
    amount = -one.amount if isinstance(one, Refund) else one.captured
    return {
        "id": global_id(kind, one.id),
        "legacyId": one.id,
        "createdAt": graphql_time(one.at),
        "merchantAccountId": account(currency),
        "status": steps[-1][0].upper(),
        "statusHistory": [_event(attempt, *step) for step in reversed(steps)] + [[]],
        "disbursementDetails": {
            "date": day(disbursed),
            "amount": _amount(amount, currency),
            "exchangeRate": "1",
            "fundsHeld": False,
        }
        if disbursed is not None
        else None,
        "paymentMethodSnapshot": _snapshot(attempt.card),
    }


def _amount(amount: int, currency: str) -> Json:
    return {"value": major(amount), "currencyCode": currency.upper()}


def _event(attempt: Attempt, status: str, instant: int, amount: int) -> Json:
    event: Json = {
        "status": status.upper(),
        "timestamp": graphql_time(instant),
        "amount": _amount(amount, attempt.currency),
        "source": "API",
    }
    if status == "processor_declined":
        code, text = DECLINES[attempt.decline_code or ""]
        event |= {"declineType": "SOFT", "processorResponse": {"legacyCode": code, "message": text}}
    if status == "settled":
        event["settlementBatchId"] = f"{day(instant)}_{account(attempt.currency)}"
    return event


def _snapshot(card: Card) -> Json:
    origin = {"type": card.wallet.upper()} if card.wallet else None
    known = {
        "countryOfIssuance": ALPHA_3[card.country],
        "debit": yes(card.funding == "debit").upper(),
        "prepaid": yes(card.funding == "prepaid").upper(),
    }
    return {
        "__typename": "CreditCardDetails",
        "brandCode": BRANDS[card.brand],
        "last4": card.last4,
        "expirationYear": str(card.exp_year),
        "binData": known,
        "origin": origin,
    }
