"""Razorpay's files as the simulator writes them: a failure means that they would not land, or tell two stories."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import text_of, truth

from paylake.landing.recognition import HEAD, recognise
from paylake.landing.staging import FileTask, parse_file
from paylake.simulator import simulate
from paylake.simulator.razorpay.market import MARKET, bare_fee, fee_tax
from paylake.simulator.razorpay.reports import rupees

Json = dict[str, Any]


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small merchant of Razorpay."""
    return simulate(
        seed=4, customers=12, days=120, providers=("razorpay",), out=tmp_path_factory.mktemp("m") / "merchant"
    ).out


@pytest.fixture(scope="module")
def exports(merchant: Path) -> Path:
    """Its exports."""
    return merchant / "exports" / "razorpay"


def items(folder: Path) -> list[Json]:
    """The elements of all pages."""
    return [one for path in sorted(folder.glob("*.json")) for one in json.loads(text_of(path))["items"]]


def lines(exports: Path) -> list[dict[str, str]]:
    """The lines of all reports."""
    paths = sorted((exports / "settlement_recon").iterdir())
    return [line for path in paths for line in csv.DictReader(text_of(path).splitlines())]


def test_every_file_is_recognised_and_lands_clean(exports: Path, tmp_path: Path) -> None:
    paths = sorted(path for path in exports.rglob("*") if path.is_file())
    landed: Counter[str] = Counter()
    for path in paths:
        data = path.read_bytes()
        kind = recognise(data[:HEAD])
        assert kind.provider == "razorpay", path.name
        what = (kind.provider, kind.export, kind.header_version)
        verdict = parse_file(FileTask(str(path), hashlib.sha256(data).hexdigest(), 1, 0.0, *what, str(tmp_path)))
        assert (verdict.state, verdict.reason, list(verdict.notices), verdict.rescued) == ("verified", "", [], 0)
        landed.update(verdict.rows)
    assert "other_entities" not in landed
    assert landed["settlement_recon"] > landed["settlement_recon_items"] > 20
    assert landed["settlement_recon"] == len(lines(exports))


def test_report_and_api_say_the_same_in_rupees_and_paise(exports: Path) -> None:
    by_id = {line["entity_id"]: line for line in lines(exports)}
    found = items(exports / "recon_combined")
    assert {one["type"] for one in found} >= {"payment", "refund"}
    for one in found:
        line = by_id[one["entity_id"]]
        paise = {name: int(Decimal(line[name]) * 100) for name in ("amount", "debit", "credit", "tax")}
        assert paise == {name: one[name] for name in paise}
        assert int(Decimal(line["fee (exclusive tax)"]) * 100) + paise["tax"] == one["fee"]
        assert line["settlement_id"] == one["settlement_id"]


def test_every_settlement_is_the_sum_of_its_lines(exports: Path) -> None:
    sums: Counter[str] = Counter()
    for line in lines(exports):
        sums[line["settlement_id"]] += int((Decimal(line["credit"]) - Decimal(line["debit"])) * 100)
    settlements = {one["id"]: one["amount"] for one in items(exports / "settlements")}
    assert dict(sums) == settlements
    assert len(settlements) > 50


def test_webhooks_alone_tell_how_every_subscription_ended(exports: Path, merchant: Path) -> None:
    told: set[tuple[str, str]] = set()
    for path in sorted((exports / "events").iterdir()):
        for event in map(json.loads, text_of(path).splitlines()):
            assert event["contains"] == list(event["payload"])
            if event["event"] in ("subscription.halted", "subscription.cancelled"):
                one = event["payload"]["subscription"]["entity"]
                told.add((one["id"], event["event"]))
    ended = {
        (row["subscription_id"], row["end_reason"])
        for row in truth(merchant, "subscription_item_history")
        if row["end_reason"]
    }
    assert ended
    for subscription_id, reason in ended:
        assert (subscription_id, "subscription.cancelled") in told
        assert ((subscription_id, "subscription.halted") in told) == (reason == "payment_failure")


def test_a_subscription_has_one_plan_and_no_bill_is_negative(merchant: Path) -> None:
    history = truth(merchant, "subscription_item_history")
    living = {(row["subscription_id"], row["valid_from"]) for row in history if row["status"] != "canceled"}
    assert len(living) == sum(row["status"] != "canceled" for row in history)
    assert {row["kind"] for row in truth(merchant, "invoice_lines")} == {"subscription"}
    assert all(row["total_minor"] >= 0 for row in truth(merchant, "invoices"))
    assert all(row["captured_minor"] in (0, row["amount_minor"]) for row in truth(merchant, "payment_attempts"))


@given(st.integers(-(10**9), 10**9))
def test_rupees_keep_every_paisa(paise: int) -> None:
    text = rupees(paise)
    assert "." in text
    assert Decimal(text) * 100 == paise


@given(st.integers(0, 10**9))
def test_a_fee_is_its_part_without_tax_and_its_tax(amount: int) -> None:
    assert MARKET.fee(amount, "inr") == bare_fee(amount) + fee_tax(amount)
    assert abs(bare_fee(amount) * 50 - amount) <= 25
    assert abs(fee_tax(amount) * 50 - bare_fee(amount) * 9) <= 25
