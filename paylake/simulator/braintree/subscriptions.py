"""Plans, customers and subscriptions as the client libraries write them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from paylake.simulator.braintree.naming import BraintreeNaming, global_id
from paylake.simulator.braintree.transactions import card_details
from paylake.simulator.braintree.words import account, day, library_time, major
from paylake.simulator.clock import DAY, MONTHS_PER, at
from paylake.simulator.ledger import Customer, CustomerState, Price, Subscription, SubscriptionState

Json = dict[str, Any]
STATUSES = {
    "incomplete": "Pending",
    "incomplete_expired": "Canceled",
    "trialing": "Active",
    "active": "Active",
    "past_due": "Past Due",
    "canceled": "Canceled",
}


def is_plan(price: Price) -> bool:
    """Whether Braintree can bill it: whole months, nothing metered."""
    return price.interval in MONTHS_PER and not price.is_metered


def plan(price: Price) -> Json:
    """A plan; its price is a number."""
    return {
        "id": price.id,
        "name": price.nickname,
        "description": "",
        "price": float(major(price.unit_amount)),
        "currency_iso_code": price.currency.upper(),
        "billing_frequency": MONTHS_PER[price.interval] * price.interval_count,
        "billing_day_of_month": None,
        "number_of_billing_cycles": None,
        "trial_period": False,
        "trial_duration": None,
        "trial_duration_unit": None,
        "add_ons": [],
        "discounts": [],
        "created_at": library_time(price.created_at),
        "updated_at": library_time(price.created_at),
    }


def customer(one: Customer, state: CustomerState, naming: BraintreeNaming) -> Json:
    """A customer with the card in the vault."""
    first, _, last = one.name.partition(" ")
    card = {"customer_id": one.id, "default": True, **card_details(one.card, naming)}
    return {
        "id": one.id,
        "graphql_id": global_id("customer", one.id),
        "first_name": first,
        "last_name": last,
        "company": "",
        "email": state.email,
        "phone": "",
        "created_at": library_time(one.created_at),
        "updated_at": library_time(state.at),
        "addresses": [{"customer_id": one.id, "country_code_alpha2": state.country}],
        "credit_cards": [card],
        "payment_methods": [card],
        "custom_fields": "",
    }


def subscription(sub: Subscription, owner: Customer, naming: BraintreeNaming, until: int) -> Json:
    """A subscription as it stands just before `until`, with the history of its statuses, newest first."""
    states = [state for state in sub.states if state.at < until]
    last, first = states[-1], states[0]
    cycles = sum(1 for one, next_one in pairwise(states) if one.period_end != next_one.period_end)
    is_over = last.status in ("canceled", "incomplete_expired")
    is_due = last.status == "past_due"
    price = major(last.items[0].amount)
    trial = None if first.trial_end is None else (first.trial_end - first.at) // DAY
    return {
        "id": sub.id,
        "status": _status(last),
        "price": price,
        "balance": price if is_due else "0.00",
        "plan_id": last.items[0].price.id,
        "created_at": library_time(sub.created_at),
        "updated_at": library_time(last.at),
        "add_ons": [],
        "discounts": [],
        "billing_day_of_month": at(last.anchor).day,
        "billing_period_start_date": None if last.status == "trialing" else day(last.period_start),
        "billing_period_end_date": None if last.status == "trialing" else day(last.period_end - DAY),
        "current_billing_cycle": cycles,
        "days_past_due": 1 if is_due else None,
        "failure_count": 1 if is_due else 0,
        "first_billing_date": day(first.trial_end or sub.created_at),
        "merchant_account_id": account(sub.currency),
        "never_expires": not last.cancel_at_period_end,
        "next_bill_amount": price,
        "next_billing_date": None if is_over else day(last.period_end),
        "next_billing_period_amount": price,
        "number_of_billing_cycles": cycles if last.cancel_at_period_end else None,
        "paid_through_date": None if is_over else day(last.period_end - DAY),
        "payment_method_token": naming.of("token", owner.card.fingerprint),
        "status_history": [_event(state, previous) for state, previous in zip(states, [None, *states], strict=False)][
            ::-1
        ],
        "transactions": [],
        "trial_period": trial is not None,
        "trial_duration": trial,
        "trial_duration_unit": None if trial is None else "day",
    }


def _status(state: SubscriptionState) -> str:
    """One that was to end with its period expires; one that ends before is canceled."""
    if state.status == "canceled" and state.cancel_at_period_end and state.at >= state.period_end:
        return "Expired"
    return STATUSES[state.status]


def _event(state: SubscriptionState, previous: SubscriptionState | None) -> Json:
    item = state.items[0]
    is_billed = previous is not None and previous.period_end != state.period_end
    is_lost = state.status == "past_due" or state.end_reason == "payment_failure"
    return {
        "status": _status(state),
        "timestamp": library_time(state.at),
        "price": major(item.amount),
        "balance": major(item.amount) if state.status == "past_due" else "0.00",
        "currency_iso_code": item.price.currency.upper(),
        "plan_id": item.price.id,
        "subscription_source": "recurring" if is_billed or is_lost else "api",
        "user": None,
    }
