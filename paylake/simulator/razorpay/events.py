"""Every change in the ledger of which Razorpay sends a webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paylake.simulator.ledger import Attempt, Dispute, Payout, Subscription, SubscriptionState
from paylake.simulator.razorpay.billing_objects import status_of, subscription_object
from paylake.simulator.razorpay.objects import Objects
from paylake.simulator.razorpay.payment_objects import dispute_object, refund_object, settlement_object

Json = dict[str, Any]
ENTERS = {
    "authenticated": "authenticated",
    "active": "activated",
    "pending": "pending",
    "halted": "halted",
    "paused": "paused",
    "cancelled": "cancelled",
}
"""Event of a subscription by the status that it enters; it is created and expires without one."""


def build_events(objects: Objects, account_id: str) -> list[Json]:
    """All events in the order of their instants."""
    ledger = objects.ledger
    found: list[tuple[int, str, Json]] = []
    for attempt in ledger.attempts:
        found += _payment_events(objects, attempt)
    for refund in ledger.refunds:
        payment = objects.payment(refund.attempt, refund.at)
        found.append((refund.at, "refund.processed", {"refund": refund_object(refund), "payment": payment}))
    for dispute in ledger.disputes:
        found += _dispute_events(objects, dispute)
    for payout in ledger.payouts:
        found += _settlement_events(payout)
    for sub in ledger.subscriptions:
        found += _subscription_events(sub)
    found.sort(key=lambda event: event[0])
    return [
        {
            "entity": "event",
            "account_id": account_id,
            "event": name,
            "contains": list(entities),
            "payload": {kind: {"entity": entity} for kind, entity in entities.items()},
            "created_at": instant,
        }
        for instant, name, entities in found
    ]


def _payment_events(objects: Objects, attempt: Attempt) -> Iterator[tuple[int, str, Json]]:
    if attempt.outcome != "succeeded":
        yield attempt.at, "payment.failed", {"payment": objects.payment(attempt, attempt.at)}
        return
    if attempt.captured_at != attempt.at:
        yield attempt.at, "payment.authorized", {"payment": objects.payment(attempt, attempt.at)}
    if attempt.captured_at is not None:
        yield attempt.captured_at, "payment.captured", {"payment": objects.payment(attempt, attempt.captured_at)}


def _dispute_events(objects: Objects, dispute: Dispute) -> Iterator[tuple[int, str, Json]]:
    for moment, name in ((dispute.opened_at, "created"), (dispute.closed_at, dispute.outcome)):
        if moment is not None:
            entities = {"payment": objects.payment(dispute.attempt, moment), "dispute": dispute_object(dispute, moment)}
            yield moment, f"payment.dispute.{name}", entities


def _settlement_events(payout: Payout) -> Iterator[tuple[int, str, Json]]:
    if payout.paid_at is not None:
        yield payout.paid_at, "settlement.processed", {"settlement": settlement_object(payout, payout.paid_at)}


def _subscription_events(sub: Subscription) -> Iterator[tuple[int, str, Json]]:
    """One per state, in its order; before an end for want of payment all retries are over in the same second."""
    before: SubscriptionState | None = None
    for state in sub.states:
        status, was = status_of(state), status_of(before) if before else "created"
        if state.end_reason == "payment_failure":
            yield state.at, "subscription.halted", {"subscription": subscription_object(sub, state, "halted")}
        name = ENTERS.get(status, "") if status != was else "updated" if before else ""
        if before and status == was and state.period_start != before.period_start:
            name = "charged"
        elif status == "active" and was == "paused":
            name = "resumed"
        if name and status not in ("created", "expired"):
            yield state.at, f"subscription.{name}", {"subscription": subscription_object(sub, state, status)}
        before = state
