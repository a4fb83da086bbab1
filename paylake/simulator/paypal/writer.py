"""Writes PayPal's files: a settlement report and a transaction detail report for every day with something to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from paylake.simulator.ledger import Ledger
from paylake.simulator.paypal.naming import PayPalNaming
from paylake.simulator.paypal.records import Record, Teller
from paylake.simulator.paypal.reports import DETAIL, SETTLEMENT_8, SETTLEMENT_9, Report, local_day

BOM = "\ufeff"
NEW_VERSION_AFTER = 30
"""Days after which settlement reports come in version 9, with its mark and three more columns."""
MADE_AFTER = timedelta(hours=2, minutes=5)
MADE_AGAIN_AFTER = timedelta(hours=31)
AGAIN_ON = 9
"""The day of a month whose reports come a second time, made again: other bytes, the same rows."""


def write_paypal(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    account, teller = PayPalNaming(seed).of("account", "1"), Teller(ledger)
    settled, detailed = teller.settled(), teller.detailed()
    first, balances = local_day(ledger.start), dict[str, int]()
    for day, records in _days(settled, lambda record: record.at).items():
        is_old = (day - first).days < NEW_VERSION_AFTER
        version, columns = ("008", SETTLEMENT_8) if is_old else ("009", SETTLEMENT_9)
        report = Report(account, day, version, columns, dict(balances))
        _write(folder, "STL", report, records, "" if is_old else BOM)
        for record in records:
            balances[record.currency] = balances.get(record.currency, 0) + record.gross + (record.fee or 0)
    for day, records in _days(detailed, lambda record: record.told_at).items():
        latest = {record.id: record for record in records}
        _write(folder, "TRR", Report(account, day, "011", DETAIL), list(latest.values()), "")
    return {"settled": len(settled), "detailed": len(detailed), "payouts": len(ledger.payouts)}


def _days(records: Iterable[Record], instant: Callable[[Record], int]) -> dict[date, list[Record]]:
    days: dict[date, list[Record]] = {}
    for record in records:
        days.setdefault(local_day(instant(record)), []).append(record)
    return dict(sorted(days.items()))


def _write(folder: Path, kind: str, report: Report, records: list[Record], mark: str) -> None:
    """One file, and now and then the same report made again."""
    made = [MADE_AFTER, MADE_AGAIN_AFTER] if report.day.day == AGAIN_ON else [MADE_AFTER]
    for number, after in enumerate(made):
        path = folder / kind.lower() / f"{kind}-{report.day:%Y%m%d}.{number + 1:02d}.{report.version}.CSV"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(mark + report.text(records, after), encoding="utf-8", newline="")
