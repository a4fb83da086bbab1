"""Accounts and subscriptions as exports show them at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paylake.simulator.ledger import Customer, Subscription, SubscriptionState
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.words import LENGTHS, UNITS, Row, api_time, before, major, plan_code, site_time

ACCOUNTS = """
    account_code account_email account_username account_company_name account_first_name account_last_name
    account_has_billing_info account_created_at account_address1 account_address2 account_city account_state
    account_postal_code account_country account_phone account_vat_number account_tax_exempt modified_at closed_at
""".split()
ACCOUNTS_7 = [
    *ACCOUNTS, "account_acquisition_cost", "account_acquisition_currency", "parent_account_code",
    "primary_payment_method", "billing_info_id", "dunning_campaign_code", "dunning_campaign_id", "preferred_locale",
    "account_api_id",
]  # fmt: skip
HISTORY = """
    subscription_uuid version_uuid account_code subscription_activated_at subscription_expires_at subscription_state
    version_started_at version_ended_at version_state plan_code plan_name subscription_currency
    version_plan_interval_unit version_plan_interval_length version_collection_method version_total_billing_cycles
    version_subscription_quantity version_subscription_unit_amount version_add_on_codes version_add_on_types
    version_add_on_unit_amounts version_add_ons_total version_total_recurring_amount version_in_trial
    version_auto_renew version_renewal_billing_cycles
""".split()
HISTORY_7 = [
    *HISTORY, "version_shipping_method_name", "version_shipping_amount", "pricing_model", "current_ramp_id",
    "tax_inclusive", "subscription_api_id",
]  # fmt: skip
SUBSCRIPTIONS = """
    uuid account_code email plan_code state auto_renew currency quantity unit_amount add_on_amount
    total_recurring_amount current_period_started_at current_period_ends_at trial_started_at trial_ends_at
    total_billing_cycles remaining_billing_cycles activated_at modified_at canceled_at expires_at maintenance_url
    net_terms po_number collection_method plan_name
""".split()
CHURNED = [*SUBSCRIPTIONS, "expiration_reason", "started_with_gift", "subscription_api_id"]
REASONS = {"voluntary": "Canceled", "migration": "Canceled", "payment_failure": "Non-payment"}


def account(one: Customer, until: int, naming: RecurlyNaming) -> Row:
    """An account as an export made just before `until` shows it."""
    state = [state for state in one.states if state.at < until][-1]
    closed_at = before(until, one.deleted_at)
    first, _, last = one.name.partition(" ")
    return {
        "account_code": one.id,
        "account_email": state.email,
        "account_first_name": first,
        "account_last_name": last,
        "account_has_billing_info": "TRUE" if closed_at is None else "FALSE",
        "account_created_at": site_time(one.created_at),
        "account_country": state.country,
        "account_tax_exempt": "FALSE",
        "modified_at": site_time(before(until, state.at, closed_at)),
        "closed_at": site_time(closed_at),
        "primary_payment_method": "TRUE",
        "billing_info_id": naming.of("short", one.card.fingerprint),
        "preferred_locale": "en-US",
        "account_api_id": naming.short(one.id),
    }


def account_object(one: Customer, until: int, naming: RecurlyNaming) -> dict[str, Any]:
    """The same as an object of the API."""
    state = [state for state in one.states if state.at < until][-1]
    closed_at = before(until, one.deleted_at)
    return {
        "id": naming.short(one.id),
        "object": "account",
        "code": one.id,
        "state": "active" if closed_at is None else "inactive",
        "email": state.email,
        "hosted_login_token": naming.of("short", f"token:{one.id}"),
        "address": {"country": state.country},
        "created_at": api_time(one.created_at),
        "updated_at": api_time(before(until, state.at, closed_at)),
        "deleted_at": api_time(closed_at),
    }


def word(state: SubscriptionState) -> str:
    """Recurly's state: what will not renew is canceled, what is over expired."""
    if state.status == "canceled":
        return "expired"
    if state.is_paused:
        return "paused"
    return "canceled" if state.cancel_at_period_end else "active"


def versions(sub: Subscription, until: int) -> Iterator[tuple[SubscriptionState, int | None]]:
    """The states of a subscription before `until` that are a change to it, each with the instant of the next one."""
    found: list[SubscriptionState] = []
    for state in sub.states:
        if state.at < until and (not found or _facts(state) != _facts(found[-1])):
            found.append(state)
    ends = [state.at for state in found[1:]]
    yield from zip(found, [*ends, None], strict=True)


def _facts(state: SubscriptionState) -> tuple[object, ...]:
    item = state.items[0]
    return word(state), state.status == "trialing", item.price.id, item.quantity


def history(sub: Subscription, until: int, naming: RecurlyNaming) -> Iterator[tuple[Row, int, int | None]]:
    """The versions of a subscription, each with its start and its end."""
    states = [state for state in sub.states if state.at < until]
    for number, (state, ended_at) in enumerate(versions(sub, until), 1):
        item, price = state.items[0], state.items[0].price
        amount = major(item.amount, sub.currency)
        yield (
            {
                "subscription_uuid": sub.id,
                "version_uuid": naming.of("version", f"{sub.id}:{number}"),
                "account_code": sub.customer_id,
                "subscription_activated_at": site_time(sub.created_at),
                "subscription_expires_at": site_time(_expires_at(states[-1])),
                "subscription_state": word(state),
                "version_started_at": site_time(state.at),
                "version_ended_at": site_time(ended_at),
                "version_state": "active" if ended_at is None else "inactive",
                "plan_code": plan_code(price),
                "plan_name": price.nickname.title(),
                "subscription_currency": sub.currency.upper(),
                "version_plan_interval_unit": UNITS[price.interval],
                "version_plan_interval_length": str(LENGTHS[price.interval] * price.interval_count),
                "version_collection_method": "automatic",
                "version_total_billing_cycles": "1",
                "version_subscription_quantity": str(item.quantity),
                "version_subscription_unit_amount": major(price.unit_amount, sub.currency),
                "version_add_ons_total": "0",
                "version_total_recurring_amount": amount,
                "version_in_trial": "Y" if state.status == "trialing" else "N",
                "version_auto_renew": "N" if state.cancel_at_period_end else "Y",
                "version_renewal_billing_cycles": "1",
                "pricing_model": "fixed",
                "tax_inclusive": "FALSE",
                "subscription_api_id": naming.short(sub.id),
            },
            state.at,
            ended_at,
        )


def _expires_at(state: SubscriptionState) -> int | None:
    if state.ended_at is not None:
        return state.ended_at
    return state.period_end if state.cancel_at_period_end else None


def subscription(sub: Subscription, until: int, naming: RecurlyNaming) -> Row:
    """A subscription as an export made just before `until` shows it."""
    states = [state for state in sub.states if state.at < until]
    last, item = states[-1], states[-1].items[0]
    is_leaving = last.cancel_at_period_end or last.ended_at is not None
    return {
        "uuid": sub.id,
        "account_code": sub.customer_id,
        "plan_code": plan_code(item.price),
        "state": word(last),
        "auto_renew": "FALSE" if last.cancel_at_period_end else "TRUE",
        "currency": sub.currency.upper(),
        "quantity": str(item.quantity),
        "unit_amount": major(item.price.unit_amount, sub.currency),
        "add_on_amount": "0",
        "total_recurring_amount": major(item.amount, sub.currency),
        "current_period_started_at": site_time(last.period_start),
        "current_period_ends_at": site_time(last.period_end),
        "trial_started_at": site_time(last.trial_start),
        "trial_ends_at": site_time(last.trial_end),
        "total_billing_cycles": "1",
        "remaining_billing_cycles": "0",
        "activated_at": site_time(sub.created_at),
        "modified_at": site_time(last.at),
        "canceled_at": site_time(last.canceled_at if is_leaving else None),
        "expires_at": site_time(_expires_at(last)),
        "net_terms": "0",
        "collection_method": "automatic",
        "plan_name": item.price.nickname.title(),
        "expiration_reason": REASONS.get(last.end_reason or "", ""),
        "started_with_gift": "FALSE",
        "subscription_api_id": naming.short(sub.id),
    }
