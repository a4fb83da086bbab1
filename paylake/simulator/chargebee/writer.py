"""Writes Chargebee's files: events by month, list pages, and a connector's records."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from paylake.simulator.chargebee import catalog, invoices, subscriptions, transactions
from paylake.simulator.chargebee.events import Book, build_events
from paylake.simulator.chargebee.naming import ChargebeeNaming
from paylake.simulator.chargebee.words import Json
from paylake.simulator.clock import month_of
from paylake.simulator.files import write_text
from paylake.simulator.ledger import Ledger

PAGE_SIZE = 100
PAGED = ("customer", "payment_source", "item", "item_price", "coupon", "subscription")


def write_chargebee(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    book = Book.of(ledger, ChargebeeNaming(seed))
    events = build_events(ledger, book)
    _write_events(folder / "events", events, Random(seed))
    counts = {"events": len(events)}
    for kind, objects in _objects(ledger, book).items():
        counts[f"{kind}s"] = len(objects)
        if kind in PAGED:
            _write_pages(folder / f"{kind}s", kind, objects, book)
        elif objects:
            records = [{"stream": kind, "data": one, "emitted_at": ledger.end * 1000} for one in objects]
            write_text(folder / f"{kind}s.jsonl", "".join(f"{_dump(one)}\n" for one in records))
    return counts


def _objects(ledger: Ledger, book: Book) -> dict[str, list[Json]]:
    """The API's objects as they stand at the end; it lists what was deleted only when asked to."""
    account = book.naming.of("gateway_account", "1")
    backs = [back for found in book.backs.values() for back in found]
    living = [one for one in ledger.customers if one.deleted_at is None]
    return {
        "customer": [catalog.customer(one, one.last) for one in living],
        "payment_source": [
            catalog.payment_source(one, book.naming.of("payment_source", one.id), account) for one in ledger.customers
        ],
        "item": [catalog.item(one, ledger.prices) for one in ledger.products],
        "item_price": [catalog.item_price(one) for one in ledger.prices],
        "coupon": [catalog.coupon(one) for one in ledger.coupons],
        "subscription": [subscriptions.subscription(one, one.last) for one in ledger.subscriptions],
        "invoice": [invoices.invoice(one, ledger.end) for one in ledger.invoices if one.finalized_at is not None],
        "transaction": [
            *(book.payment(one, ledger.end) for one in ledger.attempts),
            *(transactions.give_back(one, book.note_id(one), book.naming) for one in backs),
        ],
        "credit_note": [invoices.credit_note(one, book.note_id(one)) for one in backs],
    }


def _dump(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _write_pages(folder: Path, kind: str, objects: list[Json], book: Book) -> None:
    """Newest first, a hundred to a page, as the API lists them; a subscription comes with its customer."""
    newest_first = sorted(objects, key=lambda one: -one["updated_at"])
    for number, first in enumerate(range(0, len(newest_first), PAGE_SIZE), 1):
        entries = [_entry(kind, one, book) for one in newest_first[first : first + PAGE_SIZE]]
        page: Json = {"list": entries}
        if first + PAGE_SIZE < len(newest_first):
            page["next_offset"] = json.dumps([str(entries[-1][kind]["updated_at"]), str(first + PAGE_SIZE)])
        write_text(folder / f"{kind}s-{number:03d}.json", json.dumps(page, indent=1, ensure_ascii=False) + "\n")


def _entry(kind: str, one: Json, book: Book) -> Json:
    if kind != "subscription":
        return {kind: one}
    owner = book.customers[one["customer_id"]]
    return {kind: one, "customer": catalog.customer(owner, owner.last)}


def _write_events(folder: Path, events: list[Json], rng: Random) -> None:
    """By month; some lines out of order, some delivered again in the next month's file, every third file compressed."""
    months: dict[str, list[str]] = {}
    for event in events:
        months.setdefault(f"{month_of(event['occurred_at']):%Y-%m}", []).append(_dump(event))
    again: list[str] = []
    for index, (name, lines) in enumerate(sorted(months.items())):
        fresh = len(lines)
        for _ in range(max(1, fresh // 50)):
            one, other = rng.randrange(fresh), rng.randrange(fresh)
            lines[one], lines[other] = lines[other], lines[one]
        repeated, again = again, rng.sample(lines, min(fresh, max(2, fresh // 100)))
        suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
        write_text(folder / f"events-{name}{suffix}", "".join(f"{line}\n" for line in [*lines, *repeated]))
