"""What PayPal says of a ledger: its transactions, each with the cells that settlement and detail reports share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paylake.simulator.ledger import Attempt, Ledger, Movement

CODES = {
    "capture": "T0006",
    "refund": "T1107",
    "dispute": "T1201",
    "dispute_reversal": "T1202",
    "fx": "T0200",
    "payout": "T0400",
    "payout_reversal": "T1101",
}
"""PayPal's event codes of the ledger's movements; fees have several."""


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction at an instant; the gross and the fee are signed, in minor units, positive for the merchant.

    Args:
        id: of the transaction.
        code: its event code.
        at: when it was initiated.
        currency: of both amounts.
        gross: without the fee.
        fee: None where there is none.
        told_at: when the reports show it like this.
        reference: the transaction that it is about.
        attempt: the sale behind it.
        status: in detail reports.
        bank_reference: of a withdrawal.
    """

    id: str
    code: str
    at: int
    currency: str
    gross: int
    told_at: int
    fee: int | None = None
    reference: str = ""
    attempt: Attempt | None = None
    status: str = "S"
    bank_reference: str = ""


class Teller:
    """Puts a ledger into PayPal's words."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.payouts = {one.id: one for one in ledger.payouts}
        first_last = [one for one in reversed(ledger.movements) if one.kind == "fee" and one.attempt]
        self.fees = {one.attempt.id: one.id for one in first_last if one.attempt}

    def settled(self) -> list[Record]:
        """Every movement of the balance, in order: what settlement reports show."""
        return [self._record(movement) for movement in self.ledger.movements]

    def detailed(self) -> list[Record]:
        """What detail reports show: besides, authorisations, denied sales, and each later state of a transaction."""
        records = [*self._sales(), *self._movements(), *self._refunded()]
        return sorted(records, key=lambda record: record.told_at)

    def _sales(self) -> Iterator[Record]:
        for one in self.ledger.attempts:
            code, status = ("T1300", "S") if one.outcome == "succeeded" else ("T0006", "D")
            yield Record(one.id, code, one.at, one.currency, one.amount, one.at, attempt=one, status=status)

    def _movements(self) -> Iterator[Record]:
        for movement in self.ledger.movements:
            payout = self.payouts.get(movement.id)
            yield self._record(movement, "P" if payout else "S")
            if payout and payout.paid_at is not None:
                yield self._record(movement, "S", payout.paid_at)
            elif payout and payout.failed_at is not None:
                yield self._record(movement, "V", payout.failed_at)

    def _refunded(self) -> Iterator[Record]:
        """A payment again, once a part or all of it was given back."""
        captures = {one.id: one for one in self.ledger.movements if one.kind == "capture"}
        returned: dict[str, int] = {}
        for refund in self.ledger.refunds:
            key = refund.attempt.movement_id or ""
            returned[key] = returned.get(key, 0) + refund.amount
            is_whole = returned[key] == refund.attempt.captured
            yield self._record(captures[key], "V" if is_whole else "F", refund.at)

    def _record(self, movement: Movement, status: str = "S", told_at: int | None = None) -> Record:
        payout = self.payouts.get(movement.id)
        return Record(
            movement.id,
            self._code(movement),
            movement.at,
            movement.currency,
            movement.gross,
            told_at or movement.at,
            -movement.fee if movement.fee else None,
            self._reference(movement),
            movement.attempt,
            status,
            payout.bank_reference if payout else "",
        )

    def _code(self, movement: Movement) -> str:
        if movement.kind != "fee":
            return CODES[movement.kind]
        if movement.attempt is None:
            return "T0100"
        return "T0106" if movement.gross < 0 else "T1108"

    def _reference(self, movement: Movement) -> str:
        """The authorisation of a capture, the fee of a fee given back, the payment of most; none of a withdrawal."""
        attempt = movement.attempt
        if movement.kind in ("payout", "payout_reversal", "fx") or attempt is None:
            return (movement.source_id or "") if movement.kind != "payout" else ""
        if movement.kind == "fee":
            return self.fees[attempt.id] if movement.gross > 0 else movement.source_id or ""
        return attempt.id if movement.kind == "capture" else attempt.movement_id or ""
