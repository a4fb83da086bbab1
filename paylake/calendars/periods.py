"""Days, periods and the moments at which their files are due.

A period is a run of whole days in one time zone that ends with a closing day: each day for a daily file, each weekday
for one of business days, the day before the named one for weeks and months. Days on which no file comes belong to the
next period, so every day is in exactly one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days that one file is of, both ends included."""

    first: date
    last: date

    @property
    def next(self) -> date:
        """The first day after it."""
        return self.last + _DAY


def begins_month(day: date, on: int) -> bool:
    """Whether months that begin on a day of the month do so on this day: the 31st is a shorter month's last."""
    return day.day == min(on, monthrange(day.year, day.month)[1])


def closes(every: str, on: str) -> Callable[[date], bool]:
    """Whether a day ends a period.

    Args:
        every: day, business_day, week or month.
        on: on which a week (`monday`) or a month (`1`) begins.
    """
    if every == "business_day":
        return lambda day: day.weekday() < WEEKDAYS.index("saturday")
    if every == "week":
        return lambda day: (day + _DAY).weekday() == WEEKDAYS.index(on)
    if every == "month":
        return lambda day: begins_month(day + _DAY, int(on))
    return lambda day: True


def periods(is_closing: Callable[[date], bool], since: date, begun: date, until: date) -> Iterator[Period]:
    """The periods from a day on, in their order.

    Args:
        is_closing: whether a day ends a period.
        since: the first day of the first one.
        begun: the last day on which one may begin.
        until: the last day on which one may end.
    """
    first = day = since
    while first <= begun and day <= until:
        if is_closing(day):
            yield Period(first, day)
            first = day + _DAY
        day += _DAY


def due_at(period: Period, zone: ZoneInfo, days: int, hours: int) -> datetime:
    """When a period's file is due, UTC: so many days after the period's end by the calendar, then hours by the clock.

    The end is midnight in the zone, however long the days around it are: a day after Saturday's midnight is Sunday's,
    where the clocks were changed too.
    """
    midnight = datetime.combine(period.next + days * _DAY, time(), zone)
    return midnight.astimezone(UTC) + timedelta(hours=hours)
