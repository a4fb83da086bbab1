"""Writes Braintree's files: what changed in a month as it stood at its end, and the fee reports."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from paylake.simulator.braintree import graphql, subscriptions, transactions
from paylake.simulator.braintree.fees import fee_reports
from paylake.simulator.braintree.naming import BraintreeNaming
from paylake.simulator.braintree.words import Disbursements, is_touched, months
from paylake.simulator.clock import at
from paylake.simulator.ledger import Dispute, Ledger

Json = dict[str, Any]
PAGE_SIZE = 50


def write_braintree(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    naming, paid_out = BraintreeNaming(seed), Disbursements.of(ledger)
    plans = [subscriptions.plan(one) for one in ledger.prices if subscriptions.is_plan(one)]
    _write(folder / "plans.json", json.dumps(plans, indent=2) + "\n")
    counts = {"plans": len(plans)}
    for index, (month, start, end) in enumerate(months(ledger)):
        libraries = _library_objects(ledger, naming, paid_out, start, end)
        for kind, objects in libraries.items():
            suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
            _write_lines(folder / kind / f"{kind}-{month}{suffix}", objects)
            counts[kind] = counts.get(kind, 0) + len(objects)
        for kind, objects in _graphql_objects(ledger, paid_out, start, end).items():
            _write_pages(folder / "graphql", kind, month, objects, naming)
            counts[f"graphql_{kind}"] = counts.get(f"graphql_{kind}", 0) + len(objects)
    for name, text in fee_reports(ledger, paid_out, lambda instant: f"{at(instant):%Y-%m}").items():
        _write(folder / "reports" / name, text)
    return counts


def _library_objects(
    ledger: Ledger, naming: BraintreeNaming, paid_out: Disbursements, start: int, end: int
) -> dict[str, list[Json]]:
    """Customers, subscriptions, and what concerns subscriptions; a deleted customer is not listed any more."""
    customers = {one.id: one for one in ledger.customers}
    subs = {one.id: one for one in ledger.subscriptions}
    invoices = {one.id: one for one in ledger.invoices}
    sales = [
        transactions.transaction(one, subs[one.subscription_id], invoices[one.invoice_id or ""], naming, paid_out, end)
        for one in ledger.attempts
        if one.subscription_id and is_touched(paid_out.instants(one), start, end)
    ]
    refunds = [
        transactions.refund(one, naming, paid_out, end)
        for one in ledger.refunds
        if one.attempt.subscription_id and is_touched(paid_out.instants(one), start, end)
    ]
    return {
        "customers": [
            subscriptions.customer(one, [state for state in one.states if state.at < end][-1], naming)
            for one in ledger.customers
            if is_touched([state.at for state in one.states], start, end)
            and not (one.deleted_at is not None and one.deleted_at < end)
        ],
        "subscriptions": [
            subscriptions.subscription(one, customers[one.customer_id], naming, end)
            for one in ledger.subscriptions
            if is_touched([state.at for state in one.states], start, end)
        ],
        "transactions": [*sales, *refunds],
        "disputes": [
            transactions.dispute(one, paid_out, end)
            for one in _disputes(ledger, paid_out, start, end)
            if one.attempt.subscription_id
        ],
    }


def _graphql_objects(ledger: Ledger, paid_out: Disbursements, start: int, end: int) -> dict[str, list[Json]]:
    """Sales without a subscription, and what became of them."""
    return {
        "transactions": [
            graphql.payment(one, paid_out, end)
            for one in ledger.attempts
            if one.subscription_id is None and is_touched(paid_out.instants(one), start, end)
        ],
        "refunds": [
            graphql.refund(one, paid_out, end)
            for one in ledger.refunds
            if one.attempt.subscription_id is None and is_touched(paid_out.instants(one), start, end)
        ],
        "disputes": [
            graphql.dispute(one, paid_out, end)
            for one in _disputes(ledger, paid_out, start, end)
            if one.attempt.subscription_id is None
        ],
    }


def _disputes(ledger: Ledger, paid_out: Disbursements, start: int, end: int) -> Iterator[Dispute]:
    for one in ledger.disputes:
        moved = [paid_out.at(movement, end) for movement in (one.withdrawn, one.reinstated)]
        if is_touched([one.opened_at, one.closed_at, *moved], start, end):
            yield one


def _write(path: Path, text: str) -> None:
    """Text as UTF-8; a name that ends in .gz is compressed, without the time of compression in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data, compresslevel=6, mtime=0) if path.suffix == ".gz" else data)


def _write_lines(path: Path, objects: Iterable[Json]) -> None:
    """One object a line; no file where there is none."""
    if lines := [json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in objects]:
        _write(path, "\n".join(lines) + "\n")


def _write_pages(folder: Path, kind: str, month: str, nodes: list[Json], naming: BraintreeNaming) -> None:
    """Answers of the API, a page each."""
    for number, first in enumerate(range(0, len(nodes), PAGE_SIZE), 1):
        request = naming.of("request", f"{kind}:{month}:{number}")
        answer = graphql.page(kind, nodes[first : first + PAGE_SIZE], request, first + PAGE_SIZE < len(nodes))
        _write(folder / f"{kind}-{month}-{number:03d}.json", json.dumps(answer, indent=1) + "\n")
