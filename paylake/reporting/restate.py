"""Restatements: figures that readers were given and that are others now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from paylake.reporting.figures import MrrMonth, Published
from paylake.reporting.money import previous_month


@dataclass(frozen=True)
class Restatement:
    """A published figure that is another one now."""

    month: date
    currency: str
    old_minor: int
    new_minor: int


def restatements(
    versions: list[Published], current: list[MrrMonth], sent: tuple[datetime, date] | None, month: date
) -> list[Restatement]:
    """Months whose published closing differs from today's.

    Args:
        versions: the snapshot's rows.
        current: today's figures.
        sent: when this report last went out, and for which month; its readers know the figures of that instant.
        month: the reported month. Without a sent report, the comparison is with the state before the last
            publication, and only months before this one count as published.
    """
    if not versions:
        return []
    at, last = sent or (max(row.valid_from for row in versions) - timedelta(microseconds=1), previous_month(month))
    end = datetime.max.replace(tzinfo=UTC)
    seen = [row for row in versions if row.month <= last and row.valid_from <= at < (row.valid_to or end)]
    now = {(row.month, row.currency): row.closing_minor for row in current}
    return [
        Restatement(row.month, row.currency, row.closing_minor, now.get((row.month, row.currency), 0))
        for row in seen
        if now.get((row.month, row.currency), 0) != row.closing_minor
    ]
