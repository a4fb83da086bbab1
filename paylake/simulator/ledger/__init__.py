"""The simulation's own ledger: plain records of what happened, in no provider's dialect.

Amounts are integers in the currency's minor unit, instants are epoch seconds in UTC. A fee is positive when the
merchant pays it, so that net = gross - fee. Records that live on keep their history as a list of states.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from paylake.simulator.ledger.basics import Naming, half_up
from paylake.simulator.ledger.billing import (
    Coupon,
    Customer,
    CustomerState,
    Discount,
    EndReason,
    Invoice,
    InvoiceLine,
    Item,
    Price,
    Product,
    Status,
    Subscription,
    SubscriptionState,
)
from paylake.simulator.ledger.credit_notes import CreditNote, CreditNoteLine
from paylake.simulator.ledger.payments import Attempt, Card, Dispute, Movement, MovementKind, Payout, Refund

__all__ = [
    "Attempt",
    "Card",
    "Coupon",
    "CreditNote",
    "CreditNoteLine",
    "Customer",
    "CustomerState",
    "Discount",
    "Dispute",
    "EndReason",
    "Invoice",
    "InvoiceLine",
    "Item",
    "Ledger",
    "Movement",
    "MovementKind",
    "Naming",
    "Payout",
    "Price",
    "Product",
    "Refund",
    "Status",
    "Subscription",
    "SubscriptionState",
    "half_up",
]


@dataclass(slots=True)
class Ledger:
    """Everything that happened between `start` and `end`, in the order in which it did."""

    start: int
    end: int
    products: list[Product] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    credit_notes: list[CreditNote] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
