"""Real-time developer notifications: what happened to a purchase token, and when; no price, no customer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from paylake.simulator.clock import at
from paylake.simulator.google_play.naming import GooglePlayNaming
from paylake.simulator.google_play.reports import PACKAGE
from paylake.simulator.ledger import Ledger, Subscription

Json = dict[str, Any]
RECOVERED, RENEWED, CANCELED, PURCHASED, GRACE, RESTARTED, PAUSED, REVOKED, EXPIRED = 1, 2, 3, 4, 6, 7, 10, 12, 13


def notifications(ledger: Ledger) -> list[tuple[int, Json]]:
    """Every notification with its instant, in order."""
    found = [
        (instant, _notification(sub, instant, kind))
        for sub in ledger.subscriptions
        for instant, kind in _of_subscription(sub)
    ]
    return sorted(found, key=lambda one: one[0])


def _of_subscription(sub: Subscription) -> Iterator[tuple[int, int]]:
    yield sub.created_at, PURCHASED
    for before, state in pairwise(sub.states):
        if state.ended_at is not None:
            if state.end_reason == "payment_failure":
                yield state.at, CANCELED
            yield state.at, REVOKED if state.end_reason == "store_refund" else EXPIRED
        elif state.status == "past_due":
            yield state.at, GRACE
        elif state.is_paused:
            yield state.at, PAUSED
        elif state.period_start != before.period_start:
            yield state.at, RECOVERED if before.status == "past_due" or before.is_paused else RENEWED
        else:
            yield state.at, CANCELED if state.cancel_at_period_end else RESTARTED


def _notification(sub: Subscription, instant: int, kind: int) -> Json:
    about = {"version": "1.0", "notificationType": kind, "purchaseToken": sub.id}
    about["subscriptionId"] = f"tides.{sub.last.items[0].price.nickname}"
    return {
        "version": "1.0",
        "packageName": PACKAGE,
        "eventTimeMillis": str(instant * 1000),
        "subscriptionNotification": about,
    }


def delivered(notification: Json, naming: GooglePlayNaming) -> Json:
    """A notification as Pub/Sub pushes it."""
    text = json.dumps(notification, separators=(",", ":"))
    message_id = naming.of("message", text)
    published = f"{at(int(notification['eventTimeMillis']) // 1000):%Y-%m-%dT%H:%M:%S}.514Z"
    return {
        "message": {
            "data": base64.b64encode(text.encode()).decode(),
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": published,
            "publish_time": published,
        },
        "subscription": "projects/tides/subscriptions/play-billing",
    }
