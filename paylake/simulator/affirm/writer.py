"""Writes Affirm's files: settlement reports of every business day, and by month charges and the events of charges."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from paylake.simulator.affirm.charges import Event, charge, events
from paylake.simulator.affirm.market import MARKET
from paylake.simulator.affirm.naming import AffirmNaming
from paylake.simulator.affirm.settlement import CURRENT, LEGACY, Line, Reports, account
from paylake.simulator.clock import at, midnight, month_of, next_month
from paylake.simulator.files import write_text
from paylake.simulator.ledger import Ledger

LEGACY_DAYS, FEES_WITHIN_DAYS = 30, 60
"""From the first day: how long reports had the old header, and how long the fee per transaction was part of `fees`."""
AGAIN = 1
"""The month, counted from 0, of which there is a monthly report, too."""
REDELIVERED = 3


def write_affirm(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    naming = AffirmNaming(seed)
    told = sorted(events(ledger, naming), key=lambda event: event.at)
    return {
        "settlement_lines": _write_settlement(folder / "settlement", ledger, naming),
        "charges": _write_charges(folder / "charges", told),
        "charge_events": _write_events(folder / "charge_events", told, Random(seed)),
    }


def _write_settlement(folder: Path, ledger: Ledger, naming: AffirmNaming) -> int:
    """A report for each account and business day, without rows if nothing was deposited; one month again as a whole."""
    payouts, reports, count = {one.id: one for one in ledger.payouts}, Reports(naming), 0
    days: dict[tuple[str, date], list[Line]] = {}
    for movement in ledger.movements:
        payout = payouts.get(movement.payout_id or "")
        if payout and movement.kind != "payout":
            days.setdefault((movement.currency, at(payout.at).date()), []).append((movement, payout))
    first, last = at(ledger.start).date(), at(ledger.end - 1).date()
    again = [month_of(midnight(day)) for _, day in sorted(days, key=lambda key: key[1])]
    month = list(dict.fromkeys(again))[AGAIN : AGAIN + 1]
    for currency in MARKET.currencies:
        name = account(naming, currency)
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            lines, age = days.get((currency, day), []), (day - first).days
            if day.weekday() < 5:
                columns = LEGACY if age < LEGACY_DAYS else CURRENT
                text = reports.text(lines, columns, has_fees_apart=age >= FEES_WITHIN_DAYS)
                write_text(folder / f"settlement_report_{name}_{day}.csv", text)
                count += len(lines)
        for start in month:
            own = [line for (of, day), lines in sorted(days.items()) for line in lines if of == currency]
            lines = [line for line in own if start <= at(line[1].at).date() < next_month(start)]
            write_text(folder / f"settlement_report_monthly_{name}_{start:%Y-%m}.csv", reports.text(lines, CURRENT))
            count += len(lines)
    return count


def _months(told: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    months: dict[str, list[Event]] = {}
    for event in told:
        months.setdefault(f"{month_of(event.at):%Y-%m}", []).append(event)
    return list(months.items())


def _write_charges(folder: Path, told: list[Event]) -> int:
    """The charges of which something happened in a month, as they stood at its end; every third file is compressed."""
    known: dict[str, list[Event]] = {}
    count = 0
    for index, (month, happened) in enumerate(_months(told)):
        touched = {event.attempt.id: event.attempt for event in happened}
        for event in happened:
            known.setdefault(event.attempt.id, []).append(event)
        suffix = ".jsonl.gz" if index % 3 == 2 else ".jsonl"
        _write_lines(folder / f"charges-{month}{suffix}", [charge(one, known[key]) for key, one in touched.items()])
        count += len(touched)
    return count


def _write_events(folder: Path, told: list[Event], rng: Random) -> int:
    """Answers to captures and refunds by month, in no order; some come again in the next month's file."""
    again: list[Event] = []
    count = 0
    for month, happened in _months(event for event in told if event.amount is not None):
        delivered = [*happened, *again]
        again = rng.sample(happened, min(REDELIVERED, len(happened)))
        rng.shuffle(delivered)
        _write_lines(folder / f"charge_events-{month}.jsonl", [event.body() for event in delivered])
        count += len(delivered)
    return count


def _write_lines(path: Path, objects: Iterable[dict[str, Any]]) -> None:
    write_text(path, "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in objects))
