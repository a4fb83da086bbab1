"""Records of money: attempts, refunds, disputes, movements of the balance, payouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MovementKind = Literal[
    "capture", "capture_reversal", "refund", "dispute", "dispute_reversal", "fee", "fx", "payout", "payout_reversal"
]


@dataclass(frozen=True, slots=True)
class Card:
    """What a charge shows of a card; never its number."""

    brand: str
    country: str
    funding: str
    last4: str
    wallet: str | None
    fingerprint: str
    exp_year: int
    decline_rate: float


@dataclass(slots=True)
class Attempt:
    """One try to take money from a card."""

    id: str
    payment_id: str
    invoice_id: str | None
    subscription_id: str | None
    customer_id: str | None
    amount: int
    currency: str
    at: int
    outcome: Literal["succeeded", "declined", "blocked"]
    decline_code: str | None
    risk_score: int
    card: Card
    initiator: Literal["customer", "merchant"]
    retry_number: int
    authentication: Literal["none", "frictionless", "challenged"]
    description: str
    order_id: str | None = None
    captured_at: int | None = None
    captured: int = 0
    movement_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back."""

    id: str
    attempt: Attempt
    amount: int
    reason: str | None
    at: int
    movement_id: str


@dataclass(slots=True)
class Dispute:
    """A charge contested by the cardholder; an inquiry moves no money."""

    id: str
    attempt: Attempt
    amount: int
    reason: str
    is_inquiry: bool
    opened_at: int
    due_at: int
    closed_at: int | None = None
    outcome: Literal["won", "lost", "closed"] | None = None
    withdrawn: Movement | None = None
    reinstated: Movement | None = None


@dataclass(slots=True)
class Movement:
    """A change of the merchant's balance at the provider."""

    id: str
    kind: MovementKind
    source_id: str | None
    attempt: Attempt | None
    gross: int
    fee: int
    currency: str
    at: int
    available_at: int
    description: str
    payout_id: str | None = None

    @property
    def net(self) -> int:
        """What the balance changes by."""
        return self.gross - self.fee


@dataclass(slots=True)
class Payout:
    """A transfer to the bank: minus the net of its members."""

    id: str
    currency: str
    amount: int
    at: int
    arrives_at: int
    movement_id: str
    bank_reference: str
    paid_at: int | None = None
    failed_at: int | None = None
    failure_movement_id: str | None = None
