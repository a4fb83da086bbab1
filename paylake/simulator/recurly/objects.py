"""Invoices, plans and redemptions of coupons as objects of the API, a page of a list at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from paylake.simulator.ledger import Discount, Ledger, Price, Subscription
from paylake.simulator.recurly.documents import DUE, Document, Line, origin
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.words import LENGTHS, UNITS, api_time, is_plan, major, plan_code

Json = dict[str, Any]
DURATIONS = {"once": "single_use", "repeating": "temporal", "forever": "forever"}


def pages(objects: Sequence[Json], size: int = 200) -> list[Json]:
    """Pages of a list."""
    starts = range(0, len(objects), size)
    return [
        {
            "object": "list",
            "has_more": start + size < len(objects),
            "next": None,
            "data": list(objects[start : start + size]),
        }
        for start in starts
    ]


def plans(ledger: Ledger, naming: RecurlyNaming) -> list[Json]:
    """Every plan with its price in each currency."""
    prices = sorted((one for one in ledger.prices if is_plan(one)), key=plan_code)
    return [_plan(code, list(own), naming) for code, own in groupby(prices, plan_code)]


def _plan(code: str, prices: list[Price], naming: RecurlyNaming) -> Json:
    first = prices[0]
    return {
        "id": naming.of("short", f"plan:{code}"),
        "object": "plan",
        "code": code,
        "state": "active",
        "name": first.nickname.title(),
        "interval_unit": UNITS[first.interval],
        "interval_length": LENGTHS[first.interval] * first.interval_count,
        "trial_unit": "days",
        "trial_length": 0,
        "auto_renew": True,
        "pricing_model": "fixed",
        "currencies": [
            {"currency": one.currency.upper(), "setup_fee": 0.0, "unit_amount": number(one.unit_amount, one.currency)}
            for one in prices
        ],
        "created_at": api_time(first.created_at),
        "updated_at": api_time(first.created_at),
        "deleted_at": None,
    }


def redemptions(ledger: Ledger, until: int, naming: RecurlyNaming) -> list[Json]:
    """Every coupon that was redeemed for a subscription before `until`."""
    found: dict[str, Json] = {}
    for sub in ledger.subscriptions:
        for state in sub.states:
            if state.at < until and state.discount:
                found.setdefault(state.discount.id, _redemption(state.discount, sub, naming))
    return list(found.values())


def _redemption(discount: Discount, sub: Subscription, naming: RecurlyNaming) -> Json:
    coupon = discount.coupon
    value: Json = {"type": "percent", "percent": int(coupon.percent_off or 0)}
    if coupon.amount_off is not None:
        amount = number(coupon.amount_off, sub.currency)
        value = {"type": "fixed", "currencies": [{"currency": sub.currency.upper(), "amount": amount}]}
    return {
        "id": discount.id,
        "object": "coupon_redemption",
        "account": {"id": naming.short(sub.customer_id), "object": "account", "code": sub.customer_id},
        "subscription_id": naming.short(sub.id),
        "coupon": {
            "id": coupon.id,
            "object": "coupon",
            "code": coupon.name.lower().replace(" ", "-"),
            "name": coupon.name,
            "state": "redeemable",
            "duration": DURATIONS[coupon.duration],
            "temporal_amount": coupon.duration_in_months,
            "temporal_unit": "month" if coupon.duration_in_months else None,
            "applies_to_all_plans": True,
            "plans": None,
            "discount": value,
        },
        "state": "active",
        "currency": sub.currency.upper(),
        "created_at": api_time(discount.started_at),
        "updated_at": api_time(discount.started_at),
        "removed_at": None,
    }


def invoice_object(
    one: Document, until: int, naming: RecurlyNaming, transactions: list[dict[str, Any]]
) -> dict[str, Any]:
    """An invoice as an object of the API, with its lines and transactions."""
    currency, invoice = one.of.currency, one.of
    status, closed_at, modified_at = one.status(until)
    total = sum(line.total for line in one.lines)
    account = {"id": naming.short(invoice.customer_id), "object": "account", "code": invoice.customer_id}
    return {
        "id": naming.short(one.id),
        "uuid": one.id,
        "object": "invoice",
        "type": "credit" if one.note else "charge",
        "origin": origin(one),
        "state": status,
        "account": account,
        "subscription_ids": [naming.short(invoice.subscription_id)],
        "previous_invoice_id": naming.short(one.of.id) if one.note else None,
        "number": one.number,
        "collection_method": "automatic",
        "currency": currency.upper(),
        "discount": number(sum(line.discount for line in one.lines), currency),
        "subtotal": number(sum(line.amount for line in one.lines), currency),
        "tax": number(sum(line.tax for line in one.lines), currency),
        "total": number(total, currency),
        "paid": number(total if status == "paid" else 0, currency),
        "balance": number(0 if closed_at is not None else total, currency),
        "created_at": api_time(one.at),
        "updated_at": api_time(modified_at),
        "due_at": api_time(one.at + DUE),
        "closed_at": api_time(closed_at),
        "line_items": [_line(line, one, account, naming) for line in one.lines],
        "has_more_line_items": False,
        "transactions": transactions,
        "credit_payments": [],
    }


def _line(line: Line, one: Document, account: dict[str, Any], naming: RecurlyNaming) -> dict[str, Any]:
    currency = one.of.currency
    return {
        "id": naming.short(line.id),
        "object": "line_item",
        "uuid": line.id,
        "type": "credit" if one.note else "charge",
        "state": "invoiced",
        "account": account,
        "subscription_id": naming.short(one.of.subscription_id),
        "plan_code": plan_code(line.price),
        "invoice_id": naming.short(one.id),
        "invoicenumber": one.number,
        "origin": "plan_trial" if line.is_trial else "plan",
        "currency": currency.upper(),
        "description": line.description,
        "quantity": line.quantity,
        "subtotal": number(line.amount, currency),
        "discount": number(line.discount, currency),
        "tax": number(line.tax, currency),
        "tax_inclusive": False,
        "refund": one.note is not None,
        "previous_line_item_id": naming.short(line.original_id) if line.original_id else None,
        "start_date": api_time(line.start),
        "end_date": api_time(line.end),
        "created_at": api_time(one.at),
    }


def number(amount: int, currency: str) -> float:
    """Minor units as the number of major units that JSON has."""
    return float(major(amount, currency))
