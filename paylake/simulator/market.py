"""Where a provider works for the merchant, and on which terms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from paylake.simulator.ledger import MovementKind, half_up


def processing_fee(amount: int, currency: str) -> int:
    """What the provider keeps of a payment: 2.9 % + 30 minor units, 3.6 % in yen."""
    if currency == "jpy":
        return half_up(Fraction(amount * 36, 1000))
    return half_up(Fraction(amount * 29, 1000)) + 30


def no_fee(amount: int, currency: str) -> int:
    """What a refund brings back of the fee where the provider keeps it."""
    return 0


@dataclass(frozen=True)
class Store:
    """Terms of a store: it sells and collects for the merchant, and pays the merchant statement by statement.

    Args:
        period: first second of the statement period that holds an instant, and the first one after it.
        payout_days: from the end of a period to its payment.
        bank_currency: in which it pays.
        rates: what one unit of a currency is worth in units of the bank's, as a decimal.
        converts_sales: whether each sale is converted when it happens, else a period's sum when it is paid.
        has_trials: whether subscriptions may begin with one.
        has_pauses: whether subscriptions may pause.
        has_plan_changes: whether a subscription stays the same one when it takes another plan.
    """

    period: Callable[[int], tuple[int, int]]
    payout_days: int
    bank_currency: str
    rates: Mapping[str, str]
    converts_sales: bool
    has_trials: bool
    has_pauses: bool
    has_plan_changes: bool

    def converted(self, amount: int, currency: str) -> int:
        """An amount in minor units of a currency as minor units of the bank's."""
        minor = Fraction(amount, 1 if currency == "jpy" else 100) * Fraction(self.rates[currency])
        return half_up(minor * (1 if self.bank_currency == "jpy" else 100))


@dataclass(frozen=True)
class Market:
    """A part of the merchant's business. Amounts are in minor units; currencies in the order in which they are drawn.

    Args:
        countries: of the customers, by currency.
        customers: how often each currency is drawn for a customer.
        sales: the same for a sale without a customer; empty where there are none.
        settlement_days: after which a capture is available, by currency.
        payout_weekday: by currency; None is every day.
        dispute_fee: by currency.
        is_dispute_fee_returned: whether it is given back when the dispute is won.
        is_captured_in_part: whether a capture of less than was authorised is one movement of its own amount; else the
            whole is captured and the rest given back, two movements.
        fee: what the provider keeps of a payment, by amount and currency.
        returned_fee: what of it comes back with a refund of an amount in a currency.
        usage_fee: per thousand of a month's captures, booked on the first of the next month; 0 for none.
        has_subscriptions: whether customers subscribe; else there are only sales without a customer.
        has_inquiries: whether a dispute can begin as a question that moves no money.
        has_partial_captures: whether a part of what was authorised can be captured.
        has_several_items: whether a subscription can hold a second price.
        has_prorations: whether a change inside a period is credited and billed; else it counts from the next one on.
        has_credit_notes: whether what an invoice comes to can be lowered once it is final.
        refunds_per_credit_note: of how many refunds of invoices one comes with a credit note.
        days_between_sales: without a customer, on average.
        other_days: after which everything but a capture is available.
        has_fees_apart: whether the fee of a dispute is a movement of its own.
        known_by_source: movements that have no identifier but that of what they are about.
        conversions: currencies that are not held: at once exchanged for which, at how many of its minor units.
        store: set where the provider is a store.
        undone: what customers do not do there: names of their decisions, and of what they could begin with (`week`,
            `quarter`, `free`, `coupon`); names of coupons that are not offered.
        has_failed_payouts: whether now and then the bank sends one back.
        has_weekend_payouts: whether payouts of every day leave on Saturdays and Sundays, too.
        has_declines: whether a sale without a customer can be declined; else the merchant never hears of it.
        regret: how many times as often as elsewhere a payment is refunded or disputed.
        has_balance: whether it holds the merchant's money; else it only bills, and gateways hold the money.
        has_drafts: whether an invoice is a draft first, for an hour or, in a pause, for good; else it is final at once,
            and a pause has none.
        has_incomplete: whether a subscription waits for its first payment; else it is active, and in dunning if that
            fails.
    """

    countries: Mapping[str, tuple[str, ...]]
    customers: tuple[int, ...]
    sales: tuple[int, ...]
    settlement_days: Mapping[str, int]
    payout_weekday: Mapping[str, int | None]
    dispute_fee: Mapping[str, int]
    fee: Callable[[int, str], int] = field(default=processing_fee)
    returned_fee: Callable[[int, str], int] = field(default=no_fee)
    usage_fee: int = 0
    has_subscriptions: bool = True
    has_inquiries: bool = True
    is_dispute_fee_returned: bool = True
    is_captured_in_part: bool = False
    has_partial_captures: bool = True
    has_several_items: bool = True
    has_prorations: bool = True
    has_credit_notes: bool = False
    refunds_per_credit_note: int = 2
    days_between_sales: float = 3.5
    other_days: int = 1
    has_fees_apart: bool = False
    known_by_source: Collection[MovementKind] = ()
    conversions: Mapping[str, tuple[str, Fraction]] = field(default_factory=dict)
    store: Store | None = None
    undone: Collection[str] = ()
    has_failed_payouts: bool = True
    has_weekend_payouts: bool = True
    has_declines: bool = True
    regret: int = 1
    has_balance: bool = True
    has_drafts: bool = True
    has_incomplete: bool = True

    @property
    def currencies(self) -> tuple[str, ...]:
        """All currencies."""
        return tuple(self.countries)
