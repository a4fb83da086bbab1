"""The files that calendars expect, and what became of each; the same rule is in SQL, in rpt_expected_files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from paylake.calendars.definition import Calendar
from paylake.calendars.periods import due_at


class Status(StrEnum):
    """What became of a period's file."""

    LANDED = "landed"
    LATE = "late"
    MISSING = "missing"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Expected:
    """One file that is expected: a row of `bronze_ops.expected_files`.

    Args:
        provider: whose.
        export: which.
        cadence: how often, in words.
        first_day: the first day that it is of, in the calendar's zone.
        last_day: the last one.
        due_at: until when it arrives in time, UTC.
        is_due: whether that has passed.
        name: what its path contains; empty where its name says nothing.
    """

    provider: str
    export: str
    cadence: str
    first_day: date
    last_day: date
    due_at: datetime
    is_due: bool
    name: str


@dataclass(frozen=True)
class Landed:
    """One landed file, and what tells which period it is of; it has no days where it does not say them."""

    provider: str
    export: str
    path: str
    landed_at: datetime
    covers_from: date | None
    covers_to: date | None
    rows: int


@dataclass(frozen=True)
class Delivery:
    """What became of an expected file; `landed_at` is when the first one of its period landed, `rows` those of all."""

    expected: Expected
    status: Status
    landed_at: datetime | None = None
    files: int = 0
    rows: int = 0


def expected_files(calendars: Iterable[Calendar], now: datetime) -> list[Expected]:
    """The files of every period that has begun, by provider, export and period."""
    found = [
        Expected(
            calendar.provider,
            name,
            export.cadence,
            period.first,
            period.last,
            due := due_at(period, calendar.zone, export.due.days, export.due.hours),
            now > due,
            export.named(period),
        )
        for calendar in calendars
        for name, export in calendar.exports.items()
        for period in export.periods(now.astimezone(calendar.zone).date())
    ]
    return sorted(found, key=lambda one: (one.provider, one.export, one.first_day))


def is_of(landed: Landed, expected: Expected) -> bool:
    """Whether a file is one of a period: its path has the period's name, or it has a row of one of its days."""
    if (landed.provider, landed.export) != (expected.provider, expected.export):
        return False
    if expected.name and expected.name in landed.path:
        return True
    if landed.covers_from is None or landed.covers_to is None:
        return False
    return landed.covers_from <= expected.last_day and landed.covers_to >= expected.first_day


def delivery(expected: Expected, landed: Sequence[Landed]) -> Delivery:
    """What became of one expected file, given all landed ones of its export."""
    own = [file for file in landed if is_of(file, expected)]
    if not own:
        return Delivery(expected, Status.MISSING if expected.is_due else Status.NOT_DUE)
    first = min(file.landed_at for file in own)
    status = Status.LATE if first > expected.due_at else Status.LANDED
    return Delivery(expected, status, first, len(own), sum(file.rows for file in own))
