"""Writes Razorpay's files: recon reports by month, API entities as pages and lines, webhook events by month."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from paylake.simulator.clock import month_of
from paylake.simulator.ledger import Ledger
from paylake.simulator.razorpay import billing_objects as billing
from paylake.simulator.razorpay import payment_objects as payment
from paylake.simulator.razorpay.events import build_events
from paylake.simulator.razorpay.naming import RazorpayNaming
from paylake.simulator.razorpay.objects import Objects
from paylake.simulator.razorpay.reports import COLUMNS, ISO, SLASHES, recon_item, report, settled_lines

Json = dict[str, Any]
PAGE_SIZE = 100
PAGED = ("payments", "customers", "plans", "settlements")
SWAPPED_SHARE = 0.01
REDELIVERED_SHARE = 0.004


def write_razorpay(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    objects = Objects(ledger)
    events = build_events(objects, RazorpayNaming(seed).of("account", "merchant"))
    _write_events(folder / "events", events, Random(seed))
    counts = {"events": len(events), "settlement_recon": _write_recon(folder, ledger)}
    for kind, entities in _entities(objects).items():
        counts[kind] = len(entities)
        if kind in PAGED:
            _write_pages(folder / kind, kind, sorted(entities, key=lambda one: -one["created_at"]))
        elif entities:
            _write_lines(folder / f"{kind}.jsonl", map(_dump, entities))
    return counts


def _write_recon(folder: Path, ledger: Ledger) -> int:
    """The report of each month; the second and third came from the API too.

    The first has times with slashes, the second has no `settled_by` and its columns in another order.
    """
    count = 0
    for index, (month, lines) in enumerate(settled_lines(ledger).items()):
        count += len(lines)
        columns = sorted(set(COLUMNS) - {"settled_by"}) if index == 1 else COLUMNS
        path = folder / "settlement_recon" / f"settlement_recon-{month:%Y-%m}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = report(lines, columns, SLASHES if index == 0 else ISO)
        path.write_text(text, encoding="utf-8", newline="")
        if index in (1, 2):
            _write_pages(folder / "recon_combined", f"recon-{month:%Y-%m}", [recon_item(line) for line in lines])
    return count


def _dump(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Lines as UTF-8; a name that ends in .gz is compressed, without the time of compression in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, compresslevel=6, mtime=0)
    path.write_bytes(data)


def _write_pages(folder: Path, name: str, entities: list[Json]) -> None:
    """A hundred to a page, as the API lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, max(1, len(entities)), PAGE_SIZE), 1):
        items = entities[start : start + PAGE_SIZE]
        page = {"entity": "collection", "count": len(items), "items": items}
        text = json.dumps(page, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}-{number:03d}.json").write_text(text, encoding="utf-8", newline="")


def _write_events(folder: Path, events: list[Json], rng: Random) -> None:
    """By month; some lines out of order, some delivered again in the next month's file, every third file compressed."""
    months: dict[str, list[str]] = {}
    for event in events:
        months.setdefault(f"{month_of(event['created_at']):%Y-%m}", []).append(_dump(event))
    again: list[str] = []
    for index, (name, lines) in enumerate(sorted(months.items())):
        fresh = len(lines)
        for _ in range(max(1, int(fresh * SWAPPED_SHARE))):
            one, other = rng.randrange(fresh), rng.randrange(fresh)
            lines[one], lines[other] = lines[other], lines[one]
        repeated, again = again, rng.sample(lines, min(fresh, max(2, int(fresh * REDELIVERED_SHARE))))
        suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
        _write_lines(folder / f"events-{name}{suffix}", [*lines, *repeated])


def _entities(objects: Objects) -> dict[str, list[Json]]:
    """The API's entities as they stand at the end."""
    ledger = objects.ledger
    return {
        "customers": [billing.customer_object(one) for one in ledger.customers],
        "plans": [billing.plan_object(one) for one in ledger.prices],
        "subscriptions": [
            billing.subscription_object(one, one.last, billing.status_of(one.last)) for one in ledger.subscriptions
        ],
        "invoices": [billing.invoice_object(one, objects.customers[one.customer_id]) for one in ledger.invoices],
        "payments": [objects.payment(one, ledger.end) for one in ledger.attempts],
        "refunds": [payment.refund_object(one) for one in ledger.refunds],
        "disputes": [payment.dispute_object(one, ledger.end) for one in ledger.disputes],
        "settlements": [payment.settlement_object(one, ledger.end) for one in ledger.payouts],
    }
