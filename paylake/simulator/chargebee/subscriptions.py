"""Chargebee's subscriptions: as they stand at an instant, and the events that tell of their changes."""

from __future__ import annotations

from itertools import pairwise

from paylake.simulator.chargebee.words import Json, item_type, versioned
from paylake.simulator.ledger import Item, Subscription, SubscriptionState

Told = tuple[int, str, Json]
STATUSES = {"trialing": "in_trial", "active": "active", "past_due": "active", "canceled": "cancelled"}


def subscription(sub: Subscription, state: SubscriptionState) -> Json:
    """A subscription in one of its states. What is due shows in a count; the status stays active."""
    status, price = _status(state), state.items[0].price
    is_due, is_over = state.status == "past_due", state.status == "canceled"
    what = {
        "id": sub.id,
        "object": "subscription",
        "customer_id": sub.customer_id,
        "status": status,
        "currency_code": sub.currency.upper(),
        "billing_period": price.interval_count,
        "billing_period_unit": price.interval,
        "auto_collection": "on",
        "channel": "web",
        "created_at": sub.created_at,
        "started_at": sub.created_at,
        "activated_at": _activated_at(sub, state),
        "trial_start": state.trial_start,
        "trial_end": state.trial_end,
        "current_term_start": state.period_start,
        "current_term_end": state.period_end,
        "next_billing_at": None if status in ("cancelled", "non_renewing", "paused") else state.period_end,
        "remaining_billing_cycles": 0 if state.cancel_at_period_end and not is_over else None,
        "pause_date": state.at if state.is_paused else None,
        "resume_date": state.resumes_at if state.is_paused else None,
        "cancelled_at": state.ended_at or (state.period_end if state.cancel_at_period_end else None),
        "cancel_schedule_created_at": state.canceled_at if state.cancel_at_period_end else None,
        "cancel_reason": "not_paid" if state.end_reason == "payment_failure" else None,
        "cancel_reason_code": "Not needed any more" if state.end_reason == "voluntary" else None,
        "due_invoices_count": 1 if is_due else 0,
        "due_since": state.at if is_due else None,
        "has_scheduled_changes": False,
        "subscription_items": [_item(one) for one in state.items],
        "coupons": _coupons(state),
    }
    return versioned(what, state.at)


def subscription_events(sub: Subscription) -> list[Told]:
    """Instant, kind and object of every change; one that Chargebee has no name for is `changed`."""
    told = [(sub.created_at, "subscription_created", subscription(sub, sub.states[0]))]
    for before, after in pairwise(sub.states):
        told.append((after.at, f"subscription_{_change(before, after)}", subscription(sub, after)))
    return told


def _status(state: SubscriptionState) -> str:
    if state.status in ("active", "past_due"):
        if state.is_paused:
            return "paused"
        if state.cancel_at_period_end:
            return "non_renewing"
    return STATUSES[state.status]


def _activated_at(sub: Subscription, now: SubscriptionState) -> int | None:
    """When it last became active: first, after a trial, or after a pause."""
    states = [state for state in sub.states if state.at <= now.at]
    found = None
    for before, state in zip([None, *states], states, strict=False):
        is_active = _status(state) in ("active", "non_renewing")
        was_active = before is not None and _status(before) in ("active", "non_renewing")
        found = state.at if is_active and not was_active else found
    return found


def _item(item: Item) -> Json:
    what: Json = {
        "item_price_id": item.price.id,
        "item_type": item_type(item.price),
        "unit_price": item.price.unit_amount,
        "free_quantity": 0,
        "object": "subscription_item",
    }
    if item.price.is_metered:
        return {**what, "metered_quantity": "0"}
    return {**what, "quantity": item.quantity, "amount": item.amount}


def _coupons(state: SubscriptionState) -> list[Json] | None:
    if state.discount is None:
        return None
    found: Json = {"coupon_id": state.discount.coupon.id, "applied_count": 1, "object": "coupon"}
    return [found if state.discount.ends_at is None else {**found, "apply_till": state.discount.ends_at}]


def _change(before: SubscriptionState, after: SubscriptionState) -> str:
    if after.status == "canceled":
        return "cancelled"
    if before.is_paused != after.is_paused:
        return "paused" if after.is_paused else "resumed"
    if before.cancel_at_period_end != after.cancel_at_period_end:
        return "cancellation_scheduled" if after.cancel_at_period_end else "scheduled_cancellation_removed"
    if before.status == "trialing" and after.status == "active":
        return "activated"
    return "renewed" if before.period_end == after.period_start and before.items == after.items else "changed"
