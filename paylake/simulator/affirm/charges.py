"""Affirm's Charges API: charges as they stood at an instant, and their events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paylake.simulator.affirm.market import MARKET, bare_fee
from paylake.simulator.affirm.naming import AffirmNaming
from paylake.simulator.clock import DAY, at
from paylake.simulator.ledger import Attempt, Ledger

Json = dict[str, Any]
HOLD_DAYS = 30
"""For which an authorisation is good."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a charge; an amount of None is one that the API does not repeat."""

    attempt: Attempt
    kind: str
    at: int
    id: str
    transaction_id: str
    amount: int | None = None

    def body(self) -> Json:
        """As the API shows it."""
        shown: Json = {"id": self.id, "transaction_id": self.transaction_id, "type": self.kind, "created": iso(self.at)}
        if self.amount is None:
            return shown
        shown |= {"currency": self.attempt.currency.upper(), "amount": self.amount}
        if self.kind == "refund":
            return shown | {"fee_refunded": bare_fee(self.amount)}
        return shown | {"fee": MARKET.fee(self.amount, self.attempt.currency), "order_id": self.attempt.order_id}


def iso(instant: int) -> str:
    """An instant as the API writes it."""
    return f"{at(instant):%Y-%m-%dT%H:%M:%SZ}"


def transaction_id(naming: AffirmNaming, record_id: str, kind: str) -> str:
    """What the API and the settlement report call something that happened, by the ledger's id of it."""
    return naming.of("transaction", f"{kind}:{record_id}")


def events(ledger: Ledger, naming: AffirmNaming) -> Iterator[Event]:
    """Everything that happened to charges by calls of the API."""
    for one in ledger.attempts:
        yield _event(naming, one, "auth", one.at, one.id)
        if one.captured_at is not None:
            yield _event(naming, one, "capture", one.captured_at, one.id, one.captured)
    for refund in ledger.refunds:
        name = transaction_id(naming, refund.id, "refund")
        yield Event(refund.attempt, "refund", refund.at, refund.id, name, refund.amount)


def _event(
    naming: AffirmNaming, attempt: Attempt, kind: str, instant: int, key: str, amount: int | None = None
) -> Event:
    name = naming.of("event", f"{kind}:{key}")
    return Event(attempt, kind, instant, name, transaction_id(naming, key, kind), amount)


def charge(attempt: Attempt, told: list[Event]) -> Json:
    """A charge after these of its events."""
    captured = sum(one.amount or 0 for one in told if one.kind == "capture")
    refunded = sum(one.amount or 0 for one in told if one.kind == "refund")
    return {
        "id": attempt.id,
        "created": iso(attempt.at),
        "currency": attempt.currency.upper(),
        "amount": attempt.amount,
        "auth_hold": attempt.amount - captured,
        "payable": captured - refunded,
        "void": False,
        "expires": iso(attempt.at + HOLD_DAYS * DAY),
        "order_id": attempt.order_id,
        "events": [one.body() for one in told],
    }
