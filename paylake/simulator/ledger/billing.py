"""Records of what is sold: catalogue, customers, subscriptions, invoices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from paylake.simulator.ledger.payments import Attempt, Card

Status = Literal["incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled"]
EndReason = Literal["voluntary", "payment_failure", "store_refund", "migration"]


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold."""

    id: str
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs per interval in one currency."""

    id: str
    product_id: str
    nickname: str
    currency: str
    unit_amount: int
    interval: str
    interval_count: int
    is_metered: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Coupon:
    """A reduction: a percentage or an amount; once, for some months, or forever."""

    id: str
    name: str
    percent_off: str | None
    amount_off: int | None
    currency: str | None
    duration: str
    duration_in_months: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class CustomerState:
    """A customer from `at` on."""

    at: int
    email: str
    country: str
    balance: int


@dataclass(slots=True)
class Customer:
    """A customer and everything that was ever true of them."""

    id: str
    name: str
    currency: str
    card: Card
    created_at: int
    states: list[CustomerState]
    deleted_at: int | None = None

    @property
    def last(self) -> CustomerState:
        """The state now."""
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class Discount:
    """A coupon on a subscription. `ends_at` is known beforehand for repeating coupons only."""

    id: str
    coupon: Coupon
    started_at: int
    ends_at: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One price and quantity of a subscription."""

    id: str
    price: Price
    quantity: int
    created_at: int

    @property
    def amount(self) -> int:
        """What the item costs per interval before discounts; 0 for usage that is metered."""
        return 0 if self.price.is_metered else self.price.unit_amount * self.quantity


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """A subscription from `at` on."""

    at: int
    status: Status
    items: tuple[Item, ...]
    anchor: int
    period_start: int
    period_end: int
    discount: Discount | None = None
    trial_start: int | None = None
    trial_end: int | None = None
    cancel_at_period_end: bool = False
    canceled_at: int | None = None
    ended_at: int | None = None
    end_reason: EndReason | None = None
    is_paused: bool = False
    resumes_at: int | None = None
    invoice_id: str | None = None


@dataclass(slots=True)
class Subscription:
    """A subscription and all its states, one per instant."""

    id: str
    customer_id: str
    currency: str
    created_at: int
    states: list[SubscriptionState]
    prorations: list[InvoiceLine] = field(default_factory=list)

    @property
    def last(self) -> SubscriptionState:
        """The state now."""
        return self.states[-1]

    def change(self, at: int, **changes: object) -> SubscriptionState:
        """Append the next state; two states never share an instant."""
        if at <= self.last.at:
            raise AssertionError(f"{self.id} changes twice at {at}")
        self.states.append(replace(self.last, at=at, **changes))  # type: ignore[arg-type]
        return self.last


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice: gross amount, its discount, its tax."""

    id: str
    kind: Literal["subscription", "proration", "usage"]
    description: str
    price: Price
    quantity: int
    amount: int
    period_start: int
    period_end: int
    item_id: str
    discount: int = 0
    tax: int = 0


@dataclass(slots=True)
class Invoice:
    """An invoice and the instants of its life. The customer's balance is taken into account when it is finalised."""

    id: str
    number: str
    customer_id: str
    subscription_id: str
    currency: str
    billing_reason: str
    created_at: int
    period_start: int
    period_end: int
    lines: list[InvoiceLine]
    discount: Discount | None
    payment_id: str
    tax_percent: int
    starting_balance: int = 0
    finalized_at: int | None = None
    paid_at: int | None = None
    voided_at: int | None = None
    uncollectible_at: int | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def subtotal(self) -> int:
        """Sum of the lines before discount and tax."""
        return sum(line.amount for line in self.lines)

    @property
    def discount_total(self) -> int:
        """Sum of the lines' discounts."""
        return sum(line.discount for line in self.lines)

    @property
    def tax(self) -> int:
        """Sum of the lines' taxes."""
        return sum(line.tax for line in self.lines)

    @property
    def total(self) -> int:
        """What the invoice comes to; negative when credits outweigh."""
        return self.subtotal - self.discount_total + self.tax

    @property
    def amount_due(self) -> int:
        """What is to be charged once the customer's balance is used."""
        return max(0, self.total + self.starting_balance)

    @property
    def ending_balance(self) -> int:
        """The customer's balance after this invoice; a credit is negative."""
        return min(0, self.total + self.starting_balance)
