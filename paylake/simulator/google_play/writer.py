"""Writes Google Play's files: earnings, estimated sales, notifications and subscription statistics, each by month."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

from paylake.simulator.clock import DAY, at, month_of
from paylake.simulator.files import write_text
from paylake.simulator.google_play.market import pacific
from paylake.simulator.google_play.naming import GooglePlayNaming
from paylake.simulator.google_play.notifications import delivered, notifications
from paylake.simulator.google_play.reports import PACKAGE, earnings, estimated_sales
from paylake.simulator.ledger import Ledger


def write_google_play(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    subscriptions = {sub.id: sub for sub in ledger.subscriptions}
    for month, text in earnings(ledger).items():
        write_text(folder / "earnings" / f"PlayApps_{pacific(month):%Y%m}.csv", text)
    sales = estimated_sales(ledger, subscriptions)
    for number, (name, text) in enumerate(sales.items()):
        write_text(folder / "sales" / f"salesreport_{name}.csv{'.gz' if number % 3 == 2 else ''}", text)
        if name == max(sales):
            lines = text.splitlines(keepends=True)
            write_text(folder / "sales" / "mid_month" / f"salesreport_{name}.csv", "".join(lines[: len(lines) // 2]))
    for name, text in _statistics(ledger).items():
        path = folder / "stats" / f"subscriptions_{PACKAGE}_{name}_country.csv"
        write_text(path, text, encoding="utf-16")
    count = _write_notifications(folder / "notifications", ledger, GooglePlayNaming(seed), Random(seed))
    return {"notifications": count, "subscriptions": len(subscriptions), "payouts": len(ledger.payouts)}


def _write_notifications(folder: Path, ledger: Ledger, naming: GooglePlayNaming, rng: Random) -> int:
    """One a line by month, as Pub/Sub delivers them: some twice, some swapped. The second month was kept decoded."""
    months: dict[str, list[str]] = {}
    found = notifications(ledger)
    for instant, notification in found:
        month = f"{month_of(instant):%Y-%m}"
        is_decoded = len(months) == 2 and month == max(months)
        what = notification if is_decoded else delivered(notification, naming)
        months.setdefault(month, []).append(json.dumps(what, separators=(",", ":")))
    for month, lines in months.items():
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        lines.append(rng.choice(lines))
        write_text(folder / f"notifications-{month}.jsonl", "".join(f"{line}\n" for line in lines))
    return len(found)


def _statistics(ledger: Ledger) -> dict[str, str]:
    """New, cancelled and active subscriptions of each day with any change, by plan and country."""
    country = {one.id: one.card.country for one in ledger.customers}
    changes: Counter[tuple[str, str, str, str]] = Counter()
    for sub in ledger.subscriptions:
        place = (f"tides.{sub.last.items[0].price.nickname}", country[sub.customer_id])
        changes[(*place, f"{at(sub.created_at - sub.created_at % DAY):%Y-%m-%d}", "new")] += 1
        if sub.last.ended_at is not None:
            changes[(*place, f"{at(sub.last.ended_at):%Y-%m-%d}", "cancelled")] += 1
    active: Counter[tuple[str, str]] = Counter()
    files: dict[str, list[str]] = {}
    for product, where, day in sorted({key[:3] for key in changes}):
        new, gone = changes[product, where, day, "new"], changes[product, where, day, "cancelled"]
        active[product, where] += new - gone
        row = f"{day},{PACKAGE},{product},{where},{new},{gone},{active[product, where]}"
        files.setdefault(f"{product}_{day[:4]}{day[5:7]}", []).append(row)
    header = "Date,Package Name,Product ID,Country,New Subscriptions,Cancelled Subscriptions,Active Subscriptions"
    return {name: "".join(f"{row}\n" for row in [header, *rows]) for name, rows in files.items()}
