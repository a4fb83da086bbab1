"""App Store server notifications, version 2: a JSON web signature around the notification and two more inside."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from paylake.simulator.apple.naming import AppleNaming
from paylake.simulator.ledger import Attempt, Ledger, Refund, Subscription, SubscriptionState

Json = dict[str, Any]
STOREFRONTS = {"US": "USA", "DE": "DEU", "FR": "FRA", "IT": "ITA", "JP": "JPN"}
STATUS = {"active": 1, "trialing": 1, "canceled": 2, "past_due": 4}
REVOKED = 5
HEADER = b'{"alg":"ES256","x5c":[]}'
ENDINGS = {"voluntary": "VOLUNTARY", "payment_failure": "BILLING_RETRY"}


def milliunits(amount: int, currency: str) -> int:
    """An amount in minor units in thousandths of the currency."""
    return amount * (1000 if currency == "jpy" else 10)


def signed(payload: Json) -> str:
    """Header, payload and signature of a JSON web signature; nobody's key signs it."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    text = json.dumps(payload, separators=(",", ":")).encode()
    return ".".join((part(HEADER), part(text), part(hashlib.sha512(text).digest())))


def product_id(nickname: str, interval: str, count: int) -> str:
    """The product of a plan, or of a single purchase."""
    return f"com.example.tides.{nickname}" + (f".{count}{interval}" if interval else "")


class Notifications:
    """Every notification about the subscriptions and refunds of a ledger, with the instant at which it was signed."""

    def __init__(self, ledger: Ledger, naming: AppleNaming) -> None:
        self.ledger, self.naming = ledger, naming
        self.subscriptions = {sub.id: sub for sub in ledger.subscriptions}
        self.paid: dict[str, list[Attempt]] = {}
        for attempt in ledger.attempts:
            if attempt.subscription_id and attempt.outcome == "succeeded":
                self.paid.setdefault(attempt.subscription_id, []).append(attempt)
        self.countries = {one.id: one.card.country for one in ledger.customers}

    def all(self) -> list[tuple[int, Json]]:
        """In the order in which they were signed."""
        found = [one for sub in self.ledger.subscriptions for one in self._of_subscription(sub)]
        found += [self._refund(refund) for refund in self.ledger.refunds]
        return sorted(found, key=lambda one: one[0])

    def _of_subscription(self, sub: Subscription) -> Iterator[tuple[int, Json]]:
        first = sub.states[0]
        yield self._notification(sub, first, "SUBSCRIBED", "INITIAL_BUY")
        for before, state in pairwise(sub.states):
            if state.ended_at is not None:
                if state.end_reason in ENDINGS:
                    yield self._notification(sub, state, "EXPIRED", ENDINGS[state.end_reason])
            elif state.status == "past_due":
                yield self._notification(sub, state, "DID_FAIL_TO_RENEW", "GRACE_PERIOD")
            elif state.period_start != before.period_start:
                subtype = "BILLING_RECOVERY" if before.status == "past_due" else None
                yield self._notification(sub, state, "DID_RENEW", subtype)
            else:
                subtype = "AUTO_RENEW_DISABLED" if state.cancel_at_period_end else "AUTO_RENEW_ENABLED"
                yield self._notification(sub, state, "DID_CHANGE_RENEWAL_STATUS", subtype)

    def _notification(
        self, sub: Subscription, state: SubscriptionState, kind: str, subtype: str | None
    ) -> tuple[int, Json]:
        transaction = self._transaction(sub, state)
        status = STATUS[state.status]
        return self._enveloped(state.at, kind, subtype, status, transaction, self._renewal(sub, state))

    def _transaction(self, sub: Subscription, state: SubscriptionState) -> Json:
        """The transaction of the running period: a trial costs nothing."""
        price = state.items[0].price
        is_trial = state.trial_end is not None and state.period_end == state.trial_end
        paid = [one for one in self.paid.get(sub.id, []) if one.at <= state.at]
        return {
            "transactionId": sub.id if is_trial else paid[-1].id,
            "originalTransactionId": sub.id,
            "bundleId": "com.example.tides",
            "productId": product_id(price.nickname, price.interval, price.interval_count),
            "subscriptionGroupIdentifier": "21000001",
            "purchaseDate": state.period_start * 1000,
            "originalPurchaseDate": sub.created_at * 1000,
            "expiresDate": state.period_end * 1000,
            "quantity": 1,
            "type": "Auto-Renewable Subscription",
            "appAccountToken": sub.customer_id,
            "inAppOwnershipType": "PURCHASED",
            "signedDate": state.at * 1000,
            "environment": "Production",
            "transactionReason": "PURCHASE" if state is sub.states[0] else "RENEWAL",
            "storefront": STOREFRONTS[self.countries[sub.customer_id]],
            "price": 0 if is_trial else milliunits(price.unit_amount, price.currency),
            "currency": price.currency.upper(),
        } | ({"offerType": 1, "offerDiscountType": "FREE_TRIAL"} if is_trial else {})

    def _renewal(self, sub: Subscription, state: SubscriptionState) -> Json:
        price = state.items[0].price
        return {
            "originalTransactionId": sub.id,
            "autoRenewProductId": product_id(price.nickname, price.interval, price.interval_count),
            "autoRenewStatus": 0 if state.cancel_at_period_end or state.ended_at is not None else 1,
            "environment": "Production",
            "signedDate": state.at * 1000,
            "renewalPrice": milliunits(price.unit_amount, price.currency),
            "currency": price.currency.upper(),
        }

    def _refund(self, refund: Refund) -> tuple[int, Json]:
        """A refund, of a subscription's period or of a single purchase; it ends the period that it paid for."""
        attempt, at = refund.attempt, refund.at
        facts = {"transactionId": attempt.id, "revocationDate": at * 1000, "revocationReason": 0}
        facts |= {"price": milliunits(attempt.amount, attempt.currency), "currency": attempt.currency.upper()}
        if attempt.subscription_id is None:
            transaction = {
                "originalTransactionId": attempt.id,
                "bundleId": "com.example.tides",
                "productId": product_id(attempt.description, "", 0),
                "purchaseDate": attempt.at * 1000,
                "originalPurchaseDate": attempt.at * 1000,
                "quantity": 1,
                "type": "Consumable",
                "environment": "Production",
                "storefront": STOREFRONTS[attempt.card.country],
            }
            return self._enveloped(at, "REFUND", None, None, transaction | facts, None)
        sub = self.subscriptions[attempt.subscription_id]
        state = [one for one in sub.states if one.at <= attempt.at][-1]
        now = [one for one in sub.states if one.at <= at][-1]
        is_revoked = now.at == at and now.end_reason == "store_refund"
        status = REVOKED if is_revoked else STATUS[now.status]
        return self._enveloped(
            at, "REFUND", None, status, self._transaction(sub, state) | facts, self._renewal(sub, now)
        )

    def _enveloped(
        self, at: int, kind: str, subtype: str | None, status: int | None, transaction: Json, renewal: Json | None
    ) -> tuple[int, Json]:
        data = {"appAppleId": 1234567890, "bundleId": "com.example.tides", "environment": "Production"}
        payload: Json = {"notificationType": kind, "subtype": subtype, "version": "2.0", "signedDate": at * 1000}
        payload["notificationUUID"] = self.naming.of("notification", f"{transaction['transactionId']}:{kind}:{at}")
        payload["data"] = data | {"status": status, "signedTransactionInfo": signed(transaction)}
        if renewal:
            payload["data"]["signedRenewalInfo"] = signed(renewal)
        return at, payload
