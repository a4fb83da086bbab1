"""Writes Adyen's files: reports as CSV, notifications by month as lines of JSON."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from random import Random

from paylake.simulator.adyen.accounting import accounting_reports
from paylake.simulator.adyen.disputes import dispute_reports
from paylake.simulator.adyen.notifications import notifications
from paylake.simulator.adyen.settlement import settlement_reports
from paylake.simulator.clock import month_of
from paylake.simulator.ledger import Ledger

REDELIVERED = 3


def write_adyen(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    return {
        "charges": len(ledger.attempts),
        "payouts": len(ledger.payouts),
        "settlement_lines": _write_reports(folder / "settlement", settlement_reports(ledger)),
        "accounting_lines": _write_reports(folder / "accounting", accounting_reports(ledger, seed)),
        "dispute_lines": _write_reports(folder / "disputes", dispute_reports(ledger)),
        "notifications": _write_notifications(folder / "notifications", ledger, Random(seed)),
    }


def _write_reports(folder: Path, reports: Iterable[tuple[str, str, int]]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, text, count in reports:
        (folder / name).write_text(text, encoding="utf-8", newline="")
        total += count
    return total


def _write_notifications(folder: Path, ledger: Ledger, rng: Random) -> int:
    """By month, in no order; some come again, byte for byte, a month later; every third file is compressed."""
    months: dict[str, list[str]] = {}
    for instant, text in notifications(ledger):
        months.setdefault(f"{month_of(instant):%Y-%m}", []).append(text)
    folder.mkdir(parents=True, exist_ok=True)
    again: list[str] = []
    total = 0
    for index, (month, lines) in enumerate(sorted(months.items())):
        delivered = [*lines, *again]
        again = rng.sample(lines, min(REDELIVERED, len(lines)))
        rng.shuffle(delivered)
        data = "".join(f"{line}\n" for line in delivered).encode()
        name = f"notifications-{month}.jsonl"
        if index % 3 == 2:
            name, data = f"{name}.gz", gzip.compress(data, compresslevel=6, mtime=0)
        (folder / name).write_bytes(data)
        total += len(delivered)
    return total
