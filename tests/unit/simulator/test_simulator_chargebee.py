"""Chargebee's files as the simulator writes them: a failure means that they would not land, or tell two stories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from readers import text_of, truth

from paylake.simulator import simulate

Json = dict[str, Any]


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small merchant of Chargebee."""
    out = tmp_path_factory.mktemp("chargebee") / "merchant"
    return simulate(seed=3, customers=40, start=date(2025, 1, 1), days=200, providers=("chargebee",), out=out).out


@pytest.fixture(scope="module")
def exports(merchant: Path) -> Path:
    """Its exports."""
    return merchant / "exports" / "chargebee"


def versions(exports: Path, kind: str) -> Iterator[Json]:
    """Every copy of an object of a kind: in events, in pages, in a connector's records."""
    for path in sorted((exports / "events").iterdir()):
        for line in text_of(path).splitlines():
            yield from (one for name, one in json.loads(line)["content"].items() if name == kind)
    for path in sorted(exports.glob(f"{kind}s/*.json")):
        yield from (entry[kind] for entry in json.loads(text_of(path))["list"])
    for path in exports.glob(f"{kind}s.jsonl"):
        yield from (json.loads(line)["data"] for line in text_of(path).splitlines())


def test_every_file_lands_in_its_tables_without_a_notice(exports: Path, stage: Callable[..., Any]) -> None:
    rows: Counter[str] = Counter()
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        result = stage(path)
        assert (result.state, result.reason, list(result.verdict.notices)) == ("verified", "", []), path.name
        rescued = [row["_rescued_data"] for found in result.rows.values() for row in found if row["_rescued_data"]]
        assert all(set(json.loads(cells)) == {"$frame"} for cells in rescued), path.name
        rows += Counter({table: len(found) for table, found in result.rows.items()})
    assert set(rows) - {"report_frames"} == {
        "coupons", "credit_notes", "customers", "events", "invoices", "item_prices", "items", "payment_sources",
        "subscriptions", "transactions",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["customer", "subscription", "invoice", "transaction"])
def test_all_copies_of_a_version_say_the_same(exports: Path, kind: str) -> None:
    known: dict[tuple[str, int], Json] = {}
    copies = 0
    for one in versions(exports, kind):
        copies += 1
        assert known.setdefault((one["id"], one["resource_version"]), one) == one
    assert copies > len(known) > 40


def test_it_holds_no_money_and_bills_nothing_in_a_pause(merchant: Path) -> None:
    assert not any(
        truth(merchant, table) for table in ("balance_movements", "payouts", "bank_lines", "balance_monthly")
    )
    assert {row["status"] for row in truth(merchant, "invoices")} >= {"paid", "uncollectible"}
    assert all(row["issued_at"] for row in truth(merchant, "invoices"))
    assert all(row["invoice_id"] for row in truth(merchant, "payment_attempts"))
    history = truth(merchant, "subscription_item_history")
    assert {row["status"] for row in history} == {"active", "canceled", "past_due", "paused", "trialing"}
    starts = {(row["subscription_id"], row["service_from"]) for row in invoice_terms(merchant)}
    pauses = [row for row in history if row["status"] == "paused"]
    assert pauses
    assert not [
        (name, start)
        for name, start in starts
        for row in pauses
        if row["subscription_id"] == name and row["valid_from"] <= start < row["valid_to"]
    ]


def invoice_terms(merchant: Path) -> list[Json]:
    """Lines of terms that were billed, with their subscription."""
    owners = {row["invoice_id"]: row["subscription_id"] for row in truth(merchant, "invoices")}
    return [
        {**row, "subscription_id": owners[row["invoice_id"]]}
        for row in truth(merchant, "invoice_lines")
        if row["kind"] == "subscription"
    ]


def test_what_was_given_back_names_its_payment_and_its_invoice(exports: Path) -> None:
    payments = {one["id"]: one for one in versions(exports, "transaction") if one["type"] == "payment"}
    backs = {one["id"]: one for one in versions(exports, "transaction") if one["type"] == "refund"}
    assert {one["payment_method"] for one in backs.values()} >= {"card", "chargeback"}
    for one in backs.values():
        payment = payments[one["refunded_txn_id"]]
        invoice = payment["linked_invoices"][0]["invoice_id"]
        assert one["linked_credit_notes"][0]["cn_reference_invoice_id"] == invoice
        assert one["amount"] <= payment["amount"]
