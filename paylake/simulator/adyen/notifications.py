"""Notifications (webhooks): authorisations, modifications and disputes, one envelope a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any

from paylake.simulator.adyen.accounting import ANSWER_SECONDS
from paylake.simulator.adyen.cells import ACCOUNT, METHODS, variant
from paylake.simulator.adyen.disputes import REASON_CODES
from paylake.simulator.clock import at
from paylake.simulator.ledger import Attempt, Dispute, Ledger

Event = tuple[int, str]
REFUSALS = {
    "insufficient_funds": "Not enough balance",
    "generic_decline": "Refused",
    "do_not_honor": "Refused",
    "try_again_later": "Issuer Unavailable",
}
BERLIN = timezone(timedelta(hours=1))
ENDS = {"won": ("CHARGEBACK_REVERSED", "Won"), "lost": ("DISPUTE_DEFENSE_PERIOD_ENDED", "Lost")}
INQUIRY_ENDS = ("DISPUTE_DEFENSE_PERIOD_ENDED", "Expired")


def notifications(ledger: Ledger) -> Iterator[Event]:
    """Instant and text of every notification."""
    for attempt in ledger.attempts:
        yield _authorisation(attempt, min(attempt.at + ANSWER_SECONDS, ledger.end - 1))
    for movement in ledger.movements:
        if movement.attempt and movement.kind == "capture":
            yield _event("CAPTURE", movement.at, movement.id, movement.attempt, movement.gross)
    for refund in ledger.refunds:
        yield _event("REFUND", refund.at, refund.id, refund.attempt, refund.amount)
    for dispute in ledger.disputes:
        opened = "REQUEST_FOR_INFORMATION" if dispute.is_inquiry else "CHARGEBACK"
        yield _disputed(dispute, opened, "Undefended", dispute.opened_at)
        if dispute.closed_at is not None:
            code, status = ENDS.get(dispute.outcome or "", INQUIRY_ENDS)
            yield _disputed(dispute, code, status, dispute.closed_at)


def _iso(instant: int) -> str:
    return at(instant).astimezone(BERLIN).isoformat()


def _authorisation(attempt: Attempt, instant: int) -> Event:
    card, is_authorised = attempt.card, attempt.outcome == "succeeded"
    more = {
        "cardSummary": card.last4,
        "expiryDate": f"6/{card.exp_year}",
        "cardIssuingCountry": card.country,
        "fundingSource": card.funding.upper(),
        "paymentMethodVariant": variant(attempt),
        "merchantOrderReference": attempt.payment_id,
    }
    changes: dict[str, Any] = {"originalReference": "", "operations": ["CANCEL", "CAPTURE", "REFUND"]}
    if not is_authorised:
        changes = {"originalReference": "", "success": "false", "reason": REFUSALS[attempt.decline_code or ""]}
    return _event("AUTHORISATION", instant, attempt.id, attempt, attempt.amount, more, changes)


def _disputed(dispute: Dispute, code: str, status: str, instant: int) -> Event:
    scheme = "rfi" if dispute.is_inquiry else "chargeback"
    more = {
        "disputeStatus": status,
        "defensePeriodEndsAt": _iso(dispute.due_at),
        f"{scheme}ReasonCode": REASON_CODES[dispute.attempt.card.brand],
        f"{scheme}SchemeCode": METHODS[dispute.attempt.card.brand],
    }
    reason = {"reason": dispute.reason.replace("_", " ")}
    return _event(code, instant, dispute.id, dispute.attempt, dispute.amount, more, reason)


def _event(
    code: str,
    instant: int,
    reference: str,
    attempt: Attempt,
    amount: int,
    more: dict[str, str] | None = None,
    changes: dict[str, Any] | None = None,
) -> Event:
    item = {
        "additionalData": more or {},
        "amount": {"currency": attempt.currency.upper(), "value": amount},
        "eventCode": code,
        "eventDate": _iso(instant),
        "merchantAccountCode": ACCOUNT,
        "merchantReference": attempt.order_id or "",
        "originalReference": attempt.id,
        "paymentMethod": METHODS[attempt.card.brand],
        "pspReference": reference,
        "reason": "null",
        "success": "true",
    } | (changes or {})
    envelope = {"live": "true", "notificationItems": [{"NotificationRequestItem": item}]}
    return instant, json.dumps(envelope, separators=(",", ":"))
