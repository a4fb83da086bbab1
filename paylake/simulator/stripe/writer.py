"""Writes Stripe's files: events by month, API objects as pages and lines, report CSVs."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from paylake.simulator.clock import month_of
from paylake.simulator.ledger import Ledger
from paylake.simulator.stripe import balance_objects as balance
from paylake.simulator.stripe import billing_objects as billing
from paylake.simulator.stripe import payment_objects as payment
from paylake.simulator.stripe.events import build_events
from paylake.simulator.stripe.invoice_objects import credit_note_object, invoice_object
from paylake.simulator.stripe.naming import StripeNaming
from paylake.simulator.stripe.reports import balance_change_reports, payout_reconciliation_reports

Json = dict[str, Any]
PAGE_SIZE = 100
SWAPPED_SHARE = 0.01
REDELIVERED_SHARE = 0.004


def write_stripe(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    naming = StripeNaming(seed)
    events = build_events(ledger, naming)
    as_of = max([event["created"] for event in events] + [movement.at for movement in ledger.movements])
    counts = {"events": len(events)}
    _write_events(folder / "events", events, Random(seed))
    for kind, objects in _objects(ledger, naming, as_of).items():
        counts[kind] = len(objects)
        if kind in ("customers", "prices", "products", "coupons"):
            _write_pages(folder / kind, kind, objects)
        elif objects:
            _write_lines(folder / f"{kind}.jsonl", map(_dump, objects))
    reports = {
        "balance_change_from_activity_itemized": balance_change_reports(ledger),
        "payout_reconciliation_itemized": payout_reconciliation_reports(ledger),
    }
    for name, months in reports.items():
        for month, text in months.items():
            path = folder / "reports" / f"{name}-{month:%Y-%m}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
    return counts


def _dump(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Lines as UTF-8; a name that ends in .gz is compressed, without the time of compression in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, compresslevel=6, mtime=0)
    path.write_bytes(data)


def _write_pages(folder: Path, kind: str, objects: list[Json]) -> None:
    """Newest first, a hundred to a page, as the API lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    newest_first = sorted(objects, key=lambda one: -one["created"])
    pages = [newest_first[start : start + PAGE_SIZE] for start in range(0, len(newest_first), PAGE_SIZE)] or [[]]
    for number, data in enumerate(pages, 1):
        page = billing.page(f"/v1/{kind}", data, has_more=number < len(pages))
        path = folder / f"{kind}-{number:03d}.json"
        path.write_text(json.dumps(page, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="")


def _write_events(folder: Path, events: list[Json], rng: Random) -> None:
    """By month; some lines out of order, some delivered again in the next month's file, every third file compressed."""
    months: dict[str, list[str]] = {}
    for event in events:
        months.setdefault(f"{month_of(event['created']):%Y-%m}", []).append(_dump(event))
    names = sorted(months)
    again: list[str] = []
    for index, name in enumerate(names):
        lines = months[name]
        fresh = len(lines)
        for _ in range(max(1, int(fresh * SWAPPED_SHARE))):
            one, other = rng.randrange(fresh), rng.randrange(fresh)
            lines[one], lines[other] = lines[other], lines[one]
        repeated, again = again, rng.sample(lines, min(fresh, max(2, int(fresh * REDELIVERED_SHARE))))
        suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
        _write_lines(folder / f"events-{name}{suffix}", [*lines, *repeated])


def _objects(ledger: Ledger, naming: StripeNaming, as_of: int) -> dict[str, list[Json]]:
    """The API's objects as they stand at the end; the API lists no deleted customer."""
    relations = payment.Relations.of(ledger)
    customers = {customer.id: customer for customer in ledger.customers}
    credited: Counter[str] = Counter()
    for note in ledger.credit_notes:
        credited[note.invoice.id] += note.total
    banks = {currency: naming.of("bank_account", currency) for currency in ("usd", "eur", "jpy")}
    return {
        "customers": [billing.customer_object(one, one.last) for one in ledger.customers if one.deleted_at is None],
        "products": [billing.product_object(one) for one in ledger.products],
        "prices": [billing.price_object(one) for one in ledger.prices],
        "coupons": [billing.coupon_object(one) for one in ledger.coupons],
        "subscriptions": [billing.subscription_object(one, one.last) for one in ledger.subscriptions],
        "invoices": [
            invoice_object(one, customers[one.customer_id], as_of, credited[one.id]) for one in ledger.invoices
        ],
        "credit_notes": [credit_note_object(one) for one in ledger.credit_notes],
        "charges": [payment.charge_object(one, relations, as_of) for one in ledger.attempts],
        "payment_intents": [payment.payment_intent_object(one, relations, as_of) for one in relations.attempts],
        "refunds": [payment.refund_object(one) for one in ledger.refunds],
        "disputes": [balance.dispute_object(one, as_of) for one in ledger.disputes],
        "balance_transactions": [balance.balance_transaction_object(one, as_of) for one in ledger.movements],
        "payouts": [balance.payout_object(one, banks[one.currency], as_of) for one in ledger.payouts],
    }
