"""The command that shows which files were expected, and which of them landed, came late or are missing."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from paylake.cli.console import command, err, out
from paylake.errors import ExitCode, UsageError
from paylake.settings import get_settings

if TYPE_CHECKING:
    from paylake.calendars import Delivery

MARKS = {
    "landed": "[green]●[/]",
    "late": "[yellow]◐[/]",
    "missing": "[bold red]✗[/]",
    "not_due": "[dim]○[/]",
}
NAMED = 20
"""Missing files that are named."""


@command(
    "paylake calendar\n"
    "paylake calendar stripe --month 2026-03\n"
    "paylake calendar --check && paylake report send revenue_monthly"
)
def calendar(
    provider: Annotated[str | None, typer.Argument(help="Whose files; default: all providers'.")] = None,
    month: Annotated[
        str | None, typer.Option(help="Month of the view, such as 2026-03; default: the last one.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 when a file is missing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object for each expected file.")] = False,
) -> None:
    """Show which files are expected, landed, came late or are missing, as of now."""
    from paylake.calendars import deliveries

    shown = _month(month)
    with err.status("Comparing the calendar with what landed ..."):
        found = deliveries(get_settings())
    known = sorted({one.expected.provider for one in found})
    if provider is not None and provider not in known:
        raise UsageError(f"Nothing is expected of {provider!r}.", f"Expected of: {', '.join(known) or 'nobody yet'}.")
    found = [one for one in found if provider in (None, one.expected.provider)]
    if as_json:
        out.print(json.dumps([asdict(one) for one in found], indent=1, default=str), markup=False, soft_wrap=True)
    else:
        _print(found, shown)
    if check and any(one.status == "missing" for one in found):
        raise typer.Exit(int(ExitCode.FAILED))


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise UsageError(f"{text!r} is not a month.", "For example: --month 2026-03")
    return date.fromisoformat(f"{text}-01")


def _print(found: Sequence[Delivery], month: date | None) -> None:
    if not found:
        out.print("Nothing is expected yet: every period of the calendars is still to begin.")
        return
    out.print(_summary(found))
    out.print()
    out.print(_grid(found, month or max(one.expected.last_day for one in found).replace(day=1)))
    out.print("  ".join(f"{mark} {status.replace('_', ' ')}" for status, mark in MARKS.items()))
    missing = [one.expected for one in found if one.status == "missing"]
    for one in missing[:NAMED]:
        days = f"{one.first_day}" if one.first_day == one.last_day else f"{one.first_day} to {one.last_day}"
        where = f", as ...{one.name}..." if one.name else ""
        told = f"{one.provider} {one.export} of {days}{where}: was due {one.due_at:%Y-%m-%d %H:%M} UTC"
        out.print(f"[bold red]missing[/] {escape(told)}", soft_wrap=True)
    if len(missing) > NAMED:
        out.print(f"and {len(missing) - NAMED:,} more")


def _by_export(found: Sequence[Delivery]) -> list[tuple[str, str, list[Delivery]]]:
    groups = groupby(found, key=lambda one: (one.expected.provider, one.expected.export))
    return [(*key, list(own)) for key, own in groups]


def _summary(found: Sequence[Delivery]) -> Table:
    names = ("provider", "export", "every", "expected", *(status.replace("_", " ") for status in MARKS), "last landed")
    table = Table(*names, box=None)
    for provider, export, own in _by_export(found):
        counts = Counter(str(one.status) for one in own)
        last = max((one.landed_at for one in own if one.landed_at), default=None)
        table.add_row(
            provider,
            export,
            own[-1].expected.cadence,
            f"{len(own):,}",
            *(f"[bold red]{counts[s]:,}[/]" if s == "missing" and counts[s] else f"{counts[s]:,}" for s in MARKS),
            f"{last:%Y-%m-%d %H:%M} UTC" if last else "never",
        )
    return table


def _grid(found: Sequence[Delivery], month: date) -> Table:
    """A row for each export, a column for each day, in each cell what became of the day's file."""
    days = [month.replace(day=number) for number in range(1, monthrange(month.year, month.month)[1] + 1)]
    names = (f"{day.day // 10 or ' '}\n{day.day % 10}" for day in days)
    table = Table(Column(f"{month:%Y-%m}", overflow="fold"), *names, box=None, padding=(0, 0, 0, 1))
    for provider, export, own in _by_export(found):
        status = {
            day: MARKS[one.status]
            for one in own
            for day in days
            if one.expected.first_day <= day <= one.expected.last_day
        }
        table.add_row(f"{provider} {export}", *(status.get(day, " ") for day in days))
    return table
