"""Adyen's files say what the ledger knows: a failure means that silver is held to what Adyen would not write."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from readers import text_of, truth

from paylake.simulator import simulate


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A merchant with Adyen only."""
    out = tmp_path_factory.mktemp("adyen") / "m"
    return simulate(seed=7, customers=1, start=date(2025, 1, 1), days=130, providers=("adyen",), out=out).out


def lines(folder: Path, pattern: str) -> list[list[dict[str, str]]]:
    """Rows of each file."""
    files = sorted((folder / "exports" / "adyen").rglob(pattern))
    return [list(csv.DictReader(text_of(path).lstrip().splitlines())) for path in files]


def cents(cell: str) -> int:
    return int(Decimal(cell or "0") * 100)


def test_every_file_is_recognised_and_lands_without_a_notice(simulated: Path, stage: Callable[..., Any]) -> None:
    landed = set()
    for path in sorted((simulated / "exports").rglob("*.*")):
        result = stage(path)
        twice = [name for name in result.verdict.notices if "Settlement Currency#2" in name]
        assert (result.state, result.reason, list(result.verdict.notices)) == ("verified", "", twice), path.name
        landed |= result.rows.keys()
    assert landed == {"settlement_detail", "payment_accounting", "dispute_report", "notifications", "report_frames"}


def test_headers_are_of_every_generation_and_a_batch_comes_twice(simulated: Path) -> None:
    files = lines(simulated, "settlement_detail_report_batch_*.csv")
    assert {len(rows[0]) for rows in files} == {30, 31, 32, 49}
    assert {rows[0]["TimeZone"] for rows in files} <= {"CET", "CEST"}
    batches = Counter(rows[0]["Batch Number"] for rows in files)
    assert [number for number, count in batches.items() if count == 2] == ["2"]


def test_a_batch_adds_up_to_its_payout_and_fees_explain_the_net(simulated: Path) -> None:
    payouts = {row["payout_id"]: row["amount_minor"] for row in truth(simulated, "payouts")}
    for rows in lines(simulated, "settlement_detail_report_batch_*.csv"):
        nets = [cents(row["Net Credit (NC)"]) - cents(row["Net Debit (NC)"]) for row in rows]
        (own,) = [row for row in rows if row["Type"] == "MerchantPayout"]
        assert sum(nets) == 0
        assert payouts[own["Modification Reference"].split()[0]] == cents(own["Net Debit (NC)"])
        for row, net in zip(rows, nets, strict=True):
            fees = sum(cents(row[f"{name} (NC)"]) for name in ("Commission", "Markup", "Scheme Fees", "Interchange"))
            if row["Psp Reference"]:
                assert cents(row["Gross Credit (GC)"]) - cents(row["Gross Debit (GC)"]) == net + fees


def test_the_journey_of_a_payment_ends_where_it_began_but_for_what_is_payable(simulated: Path) -> None:
    left: Counter[str] = Counter()
    payable: Counter[str] = Counter()
    seen = set()
    for row in (row for rows in lines(simulated, "payments_accounting_report_2025*.csv") for row in rows):
        left[row["Psp Reference"]] += sum(cents(row[f"{name} (PC)"]) for name in ("Received", "Authorised", "Captured"))
        if not row["Record Type"].startswith("SentFor"):
            payable[row["Psp Reference"]] += cents(row["Payable (SC)"])
        seen.add(row["Record Type"])
    assert seen >= {
        "Received",
        "Authorised",
        "Refused",
        "SentForSettle",
        "Settled",
        "SentForRefund",
        "Refunded",
        "Chargeback",
    }
    attempts = {row["attempt_id"]: row for row in truth(simulated, "payment_attempts")}
    net: Counter[str] = Counter()
    for movement in truth(simulated, "balance_movements"):
        if movement["attempt_id"]:
            net[movement["attempt_id"]] += movement["net_minor"]
    assert {name: amount for name, amount in payable.items() if amount} == {name: n for name, n in net.items() if n}
    for name, attempt in attempts.items():
        is_authorised = attempt["outcome"] == "succeeded"
        assert left[name] == (attempt["amount_minor"] - attempt["captured_minor"] if is_authorised else 0)
