"""Stripe's report CSVs: decimals in major units, times in UTC, one file a month."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from paylake.simulator.amounts import major_units
from paylake.simulator.clock import at, month_of
from paylake.simulator.ledger import Customer, Ledger, Movement, Payout
from paylake.simulator.stripe.balance_objects import MOVEMENT_TYPES, description

TAIL = [
    "reporting_category",
    "source_id",
    "description",
    "customer_facing_amount",
    "customer_facing_currency",
]
PARTIES = [
    "customer_id",
    "customer_email",
    "customer_name",
    "customer_description",
    "charge_id",
    "payment_intent_id",
    "charge_created_utc",
    "invoice_id",
    "subscription_id",
    "payment_method_type",
    "card_brand",
    "card_funding",
    "card_country",
    "statement_descriptor",
]
TIMES = ["created_utc", "created", "available_on_utc", "available_on"]
MONEY = ["currency", "gross", "fee", "net"]
PAYOUT = ["automatic_payout_id", "automatic_payout_effective_at"]
BALANCE_CHANGE = ["balance_transaction_id", *TIMES, *MONEY, *TAIL, *PARTIES]
PAYOUT_RECONCILIATION = [*PAYOUT, "balance_transaction_id", *TIMES, *MONEY, *TAIL, *PARTIES]
METADATA = "payment_metadata[order_id]"


def _time(instant: int | None) -> str:
    return "" if instant is None else f"{at(instant):%Y-%m-%d %H:%M:%S}"


def _row(movement: Movement, payouts: dict[str, Payout], customers: dict[str, Customer]) -> dict[str, str]:
    attempt, currency = movement.attempt, movement.currency
    payout = payouts.get(movement.payout_id or "")
    customer = customers.get(attempt.customer_id or "") if attempt else None
    row = {
        "balance_transaction_id": movement.id,
        "created_utc": _time(movement.at),
        "created": _time(movement.at),
        "available_on_utc": _time(movement.available_at),
        "available_on": _time(movement.available_at),
        "currency": currency,
        "gross": major_units(movement.gross, currency),
        "fee": major_units(movement.fee, currency),
        "net": major_units(movement.net, currency),
        "reporting_category": MOVEMENT_TYPES[movement.kind][1],
        "source_id": movement.source_id or "",
        "description": description(movement),
        "automatic_payout_id": payout.id if payout else "",
        "automatic_payout_effective_at": _time(payout.arrives_at) if payout else "",
    }
    if customer:
        row |= {
            "customer_id": customer.id,
            "customer_email": customer.last.email,
            "customer_name": customer.name,
            "customer_description": customer.name,
        }
    if attempt:
        row |= {
            "customer_facing_amount": major_units(movement.gross, currency),
            "customer_facing_currency": currency,
            "charge_id": attempt.id,
            "payment_intent_id": attempt.payment_id,
            "charge_created_utc": _time(attempt.at),
            "invoice_id": attempt.invoice_id or "",
            "subscription_id": attempt.subscription_id or "",
            "payment_method_type": "card",
            "card_brand": attempt.card.brand,
            "card_funding": attempt.card.funding,
            "card_country": attempt.card.country,
            "statement_descriptor": "SIMULATED",
            METADATA: attempt.order_id or "",
        }
    return row


def _csv(columns: list[str], rows: Iterable[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def balance_change_reports(ledger: Ledger) -> dict[date, str]:
    """Activity by the month in which it was created, payouts left out; the third month has a column of the caller's."""
    payouts, customers = _lookups(ledger)
    months: dict[date, list[dict[str, str]]] = {}
    for movement in ledger.movements:
        if movement.kind not in ("payout", "payout_reversal"):
            months.setdefault(month_of(movement.at), []).append(_row(movement, payouts, customers))
    third = sorted(months)[2:3]
    return {
        month: _csv([*BALANCE_CHANGE, METADATA] if month in third else BALANCE_CHANGE, rows)
        for month, rows in sorted(months.items())
    }


def payout_reconciliation_reports(ledger: Ledger) -> dict[date, str]:
    """The members of every payout by the month in which it arrives; the payout's own movement is not one of them."""
    payouts, customers = _lookups(ledger)
    members: dict[str, list[Movement]] = {}
    for movement in ledger.movements:
        if movement.payout_id and movement.kind != "payout":
            members.setdefault(movement.payout_id, []).append(movement)
    months: dict[date, list[dict[str, str]]] = {}
    for payout in sorted(ledger.payouts, key=lambda one: (one.arrives_at, one.currency)):
        rows = [_row(movement, payouts, customers) for movement in members.get(payout.id, [])]
        months.setdefault(month_of(payout.arrives_at), []).extend(rows)
    return {month: _csv(PAYOUT_RECONCILIATION, rows) for month, rows in sorted(months.items())}


def _lookups(ledger: Ledger) -> tuple[dict[str, Payout], dict[str, Customer]]:
    return {one.id: one for one in ledger.payouts}, {one.id: one for one in ledger.customers}
