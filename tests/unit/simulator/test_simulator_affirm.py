"""Affirm's files say what the ledger knows: a failure means that silver is held to what Affirm would not write."""

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
from readers import digest, text_of, truth

from paylake.simulator import simulate

Row = dict[str, str]


@pytest.fixture(scope="module")
def affirm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A merchant of Affirm alone."""
    out = tmp_path_factory.mktemp("affirm") / "m"
    return simulate(seed=7, customers=1, start=date(2025, 1, 1), days=130, providers=("affirm",), out=out).out


def reports(merchant: Path, pattern: str) -> dict[str, list[Row]]:
    """The rows of each report by its name."""
    files = sorted((merchant / "exports" / "affirm" / "settlement").glob(pattern))
    return {path.name: list(csv.DictReader(text_of(path).splitlines())) for path in files}


def objects(merchant: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted((merchant / "exports" / "affirm" / kind).iterdir())
    return [json.loads(line) for path in files for line in text_of(path).splitlines()]


def cents(cell: str) -> int:
    return int(Decimal(cell) * 100)


def test_every_file_is_recognised_and_lands_without_a_notice(affirm: Path, stage: Callable[..., Any]) -> None:
    landed: Counter[str] = Counter()
    for path in sorted((affirm / "exports").rglob("*.*")):
        result = stage(path)
        assert (result.state, result.reason, list(result.verdict.notices)) == ("verified", "", []), path.name
        landed.update({table: len(rows) for table, rows in result.rows.items()})
    records = {table: len(objects(affirm, table)) for table in ("charges", "charge_events")}
    rows = sum(len(found) for found in reports(affirm, "*.csv").values())
    assert landed == records | {"settlement": rows}


def test_a_report_comes_every_business_day_in_the_layout_of_its_time(affirm: Path) -> None:
    daily = reports(affirm, "settlement_report_[!m]*.csv")
    days = [date.fromisoformat(name[-14:-4]) for name in daily]
    assert {day.weekday() for day in days} == set(range(5))
    assert set(Counter(days).values()) == {2}
    assert any(not rows for rows in daily.values())
    kinds = set()
    for row in (row for rows in daily.values() for row in rows if row["event_type"] == "loan_captured"):
        parts = sum(cents(row[name]) for name in ("sales", "refunds", "fees"))
        apart = cents(row["total_settled"]) - parts
        kinds.add((len(row), apart))
    assert kinds == {(11, 0), (19, 0), (19, -30)}


def test_a_deposit_is_a_payout_and_its_rows_are_the_movements(affirm: Path) -> None:
    rows = [row for found in reports(affirm, "settlement_report_[!m]*.csv").values() for row in found]
    told: Counter[str] = Counter()
    for row in rows:
        told[row["deposit_id"]] += cents(row["total_settled"])
    assert told == {one["payout_id"]: one["amount_minor"] for one in truth(affirm, "payouts")}
    settled = [one for one in truth(affirm, "balance_movements") if one["payout_id"] and one["type"] != "payout"]
    assert Counter(cents(row["total_settled"]) for row in rows) == Counter(one["net_minor"] for one in settled)
    assert {row["event_type"] for row in rows} == {
        "loan_captured", "loan_refunded", "dispute_opened", "dispute_resolved", "merchant_fee",
    }  # fmt: skip
    assert all(one["fee_minor"] >= 0 for one in settled if one["type"] == "refund")


def test_a_month_comes_again_as_a_whole(affirm: Path) -> None:
    daily = [row for found in reports(affirm, "settlement_report_[!m]*.csv").values() for row in found]
    monthly = [row for found in reports(affirm, "settlement_report_monthly_*.csv").values() for row in found]
    names = ("deposit_id", "charge_id", "event_type", "total_settled")
    again = Counter(tuple(row[name] for name in names) for row in monthly)
    assert again
    assert not again - Counter(tuple(row[name] for name in names) for row in daily)


def test_reports_events_and_charges_agree(affirm: Path) -> None:
    charges = {one["id"]: one for one in objects(affirm, "charges")}
    inside = {event["id"]: event for one in charges.values() for event in one["events"]}
    answers = objects(affirm, "charge_events")
    assert len({one["id"] for one in answers}) < len(answers)
    assert all(inside[one["id"]] == one for one in answers)
    fees = {one["transaction_id"]: -one["fee"] for one in answers if one["type"] == "capture"}
    refunds = {one["transaction_id"]: one["fee_refunded"] for one in answers if one["type"] == "refund"}
    assert refunds
    found = 0
    for row in (row for rows in reports(affirm, "*.csv").values() for row in rows):
        if name := row.get("transaction_id"):
            fee = (fees | refunds).get(name, 0)
            assert cents(row["total_settled"]) == cents(row["sales"]) + cents(row["refunds"]) + fee
            found += fee != 0
    assert found > 50
    attempts = {one["attempt_id"]: one for one in truth(affirm, "payment_attempts")}
    assert {name: one["amount"] for name, one in charges.items()} == {
        name: one["amount_minor"] for name, one in attempts.items()
    }
    assert {one["outcome"] for one in attempts.values()} == {"succeeded"}


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(seed=2, customers=1, days=20, providers=("affirm",), out=tmp_path / name)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
