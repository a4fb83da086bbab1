"""The simulated Recurly: a failing test means that its files are not as Recurly writes them, or tell two stories."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from readers import text_of, truth

from paylake.simulator import simulate

TABLES = {
    "export_accounts", "export_subscriptions", "export_subscription_history", "export_invoices", "export_adjustments",
    "export_transactions", "accounts", "invoices", "plans", "coupon_redemptions",
}  # fmt: skip


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("recurly") / "merchant"
    return simulate(seed=12, customers=45, start=date(2024, 12, 1), days=200, providers=("recurly",), out=out).out


@pytest.fixture(scope="module")
def exports(merchant: Path) -> Path:
    return merchant / "exports" / "recurly"


def rows(exports: Path, pattern: str) -> list[dict[str, str]]:
    paths = sorted(exports.glob(pattern))
    return [row for path in paths for row in csv.DictReader(text_of(path).splitlines())]


def test_every_file_lands_in_its_tables_without_a_notice(exports: Path, stage: Callable[..., Any]) -> None:
    landed: Counter[str] = Counter()
    headers: dict[str, set[str]] = {}
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        result = stage(path)
        assert (result.state, result.reason, result.verdict.notices) == ("verified", "", []), path.name
        landed += Counter({table: len(found) for table, found in result.rows.items()})
        if path.suffix != ".json":
            headers.setdefault(path.name.partition("-")[0], set()).add(text_of(path).partition("\n")[0])
    assert set(landed) - {"report_frames"} == TABLES
    assert {name: len(found) for name, found in headers.items()} == {
        "accounts": 2, "subscriptions": 1, "subscriptions_churned": 1, "subscription_history": 2,
        "invoices_summary": 2, "adjustments": 2, "transactions": 2,
    }  # fmt: skip


def test_times_are_those_of_the_site_in_winter_and_in_summer(exports: Path) -> None:
    times = [row["date"] for row in rows(exports, "transactions/*")]
    assert {time.rpartition(" ")[2] for time in times} == {"PST", "PDT"}


def test_versions_of_a_subscription_follow_each_other(exports: Path) -> None:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows(exports, "subscriptions/subscription_history-*"):
        known = found.setdefault(row["subscription_uuid"], {}).get(row["version_uuid"])
        if known is None or not known["version_ended_at"]:
            found[row["subscription_uuid"]][row["version_uuid"]] = row
    assert found
    assert any(row["subscription_state"] == "paused" for own in found.values() for row in own.values())
    for own in found.values():
        starts = {row["version_started_at"] for row in own.values()}
        ends = {row["version_ended_at"] for row in own.values()}
        assert ends - {""} == starts - {next(iter(own.values()))["version_started_at"]}
        assert "" in ends


def test_invoices_are_their_lines(exports: Path) -> None:
    totals: Counter[str] = Counter()
    for row in rows(exports, "invoices/adjustments-*"):
        totals[row["invoice_id"]] += Decimal(row["adjustment_total"])  # type: ignore[assignment]
    invoices = {row["id"]: row for row in rows(exports, "invoices/invoices_summary-*")}
    known = invoices.keys() & totals.keys()
    assert len(known) > 50
    assert {key: Decimal(invoices[key]["invoice_total"]) for key in known} == {key: totals[key] for key in known}
    for path in sorted(exports.glob("api/invoices-*")):
        for one in json.loads(text_of(path))["data"]:
            lines = one["line_items"]
            total = sum(round(line["subtotal"] - line["discount"] + line["tax"], 2) for line in lines)
            assert round(total, 2) == one["total"]


def test_a_refund_is_an_invoice_that_credits_and_a_transaction_below_zero(merchant: Path, exports: Path) -> None:
    refunds = {row["transaction_id"]: row for row in rows(exports, "transactions/*") if row["type"] == "refund"}
    true = truth(merchant, "refunds")
    assert {row["refund_id"] for row in true} == refunds.keys()
    for row in true:
        told = refunds[row["refund_id"]]
        scale = 0 if row["currency"] == "JPY" else 2
        assert Decimal(told["amount"]) == -Decimal(row["amount_minor"]).scaleb(-scale)
        assert told["original_transaction_id"] == row["attempt_id"]
    credits = {row["id"] for row in rows(exports, "invoices/invoices_*") if row["invoice_type"] == "refund"}
    by_api = {
        one["uuid"]
        for path in exports.glob("api/invoices-*")
        for one in json.loads(text_of(path))["data"]
        if one["type"] == "credit"
    }
    assert {row["invoice_id"] for row in refunds.values()} < credits | by_api
    assert {row["credit_note_id"] for row in truth(merchant, "credit_notes")} == credits | by_api


def test_the_truth_has_no_money_that_recurly_does_not_hold(merchant: Path) -> None:
    for table in ("balance_movements", "payouts", "bank_lines", "balance_monthly", "disputes"):
        assert truth(merchant, table) == []
