"""Writes Apple's files: notifications by month, two financial reports and a page of payments by fiscal month."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from paylake.simulator.apple.finance import (
    Sales,
    detail_report,
    file_month,
    payments_page,
    statements,
    summary_report,
)
from paylake.simulator.apple.naming import AppleNaming
from paylake.simulator.apple.notifications import Notifications, signed
from paylake.simulator.clock import month_of
from paylake.simulator.files import write_text
from paylake.simulator.ledger import Ledger

VENDOR = "80000001"


def write_apple(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    notifications = Notifications(ledger, AppleNaming(seed)).all()
    _write_notifications(folder / "notifications", notifications, Random(seed))
    subscriptions = {sub.id: sub for sub in ledger.subscriptions}
    reports = folder / "financial_reports"
    for period, sold in statements(ledger).items():
        sales, name = Sales(sold, subscriptions), f"{VENDOR}_{file_month(period)}"
        write_text(reports / f"{name}_Z1.txt.gz", detail_report(period, sales))
        write_text(reports / f"{name}_ZZ.txt", summary_report(period, sales))
        write_text(reports / f"financial_report_{file_month(period)}.csv", payments_page(period, sold))
    return {"notifications": len(notifications), "subscriptions": len(subscriptions), "payouts": len(ledger.payouts)}


def _write_notifications(folder: Path, notifications: list[tuple[int, dict[str, object]]], rng: Random) -> None:
    """One a line by month; a few come again in the next month, some are swapped, every third file is compressed."""
    months: dict[str, list[str]] = {}
    for instant, payload in notifications:
        line = json.dumps({"signedPayload": signed(payload)}, separators=(",", ":"))
        months.setdefault(f"{month_of(instant):%Y-%m}", []).append(line)
    again: list[str] = []
    for index, (month, lines) in enumerate(sorted(months.items())):
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        repeated, again = again, rng.sample(lines, min(len(lines), 2))
        suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
        write_text(folder / f"notifications-{month}{suffix}", "".join(f"{line}\n" for line in [*lines, *repeated]))
