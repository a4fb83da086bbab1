"""Where a provider works for the merchant, and on which terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from paylake.simulator.ledger import half_up


def processing_fee(amount: int, currency: str) -> int:
    """What the provider keeps of a payment: 2.9 % + 30 minor units, 3.6 % in yen."""
    if currency == "jpy":
        return half_up(Fraction(amount * 36, 1000))
    return half_up(Fraction(amount * 29, 1000)) + 30


@dataclass(frozen=True)
class Market:
    """A part of the merchant's business. Amounts are in minor units; currencies in the order in which they are drawn.

    Args:
        countries: of the customers, by currency.
        customers: how often each currency is drawn for a customer.
        sales: the same for a sale without a customer.
        settlement_days: after which a capture is available, by currency.
        payout_weekday: by currency; None is every day.
        dispute_fee: by currency, given back when the dispute is won.
        fee: what the provider keeps of a payment, by amount and currency.
        usage_fee: per thousand of a month's captures, booked on the first of the next month; 0 for none.
        has_subscriptions: whether customers subscribe; else there are only sales without a customer.
        has_inquiries: whether a dispute can begin as a question that moves no money.
        has_partial_captures: whether a part of what was authorised can be captured.
        has_several_items: whether a subscription can hold a second price.
        has_prorations: whether a change inside a period is credited and billed; else it counts from the next one on.
        days_between_sales: without a customer, on average.
    """

    countries: Mapping[str, tuple[str, ...]]
    customers: tuple[int, ...]
    sales: tuple[int, ...]
    settlement_days: Mapping[str, int]
    payout_weekday: Mapping[str, int | None]
    dispute_fee: Mapping[str, int]
    fee: Callable[[int, str], int] = field(default=processing_fee)
    usage_fee: int = 0
    has_subscriptions: bool = True
    has_inquiries: bool = True
    has_partial_captures: bool = True
    has_several_items: bool = True
    has_prorations: bool = True
    days_between_sales: float = 3.5

    @property
    def currencies(self) -> tuple[str, ...]:
        """All currencies."""
        return tuple(self.countries)
