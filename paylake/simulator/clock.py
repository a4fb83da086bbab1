"""Calendar of the simulator: instants are epoch seconds in UTC, periods are counted from an anchor."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime

MINUTE = 60
HOUR = 3_600
DAY = 86_400
MONTHS_PER = {"month": 1, "year": 12}
DAYS_PER = {"day": 1, "week": 7}


def at(instant: int) -> datetime:
    """The instant as an aware datetime."""
    return datetime.fromtimestamp(instant, UTC)


def midnight(day: date) -> int:
    """The first second of a day, UTC."""
    return calendar.timegm(day.timetuple())


def add_months(anchor: int, months: int) -> int:
    """The anchor moved by whole months; a day that the month lacks becomes its last day, the time stays."""
    moment = at(anchor)
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return calendar.timegm(moment.replace(year=year, month=month + 1, day=day).utctimetuple())


def period_end(anchor: int, start: int, interval: str, count: int) -> int:
    """End of the period that starts at `start`, counted from the anchor so that a clamped day returns to the 31st."""
    if interval in DAYS_PER:
        return start + DAYS_PER[interval] * count * DAY
    step = MONTHS_PER[interval] * count
    moved = step
    while add_months(anchor, moved) <= start:
        moved += step
    return add_months(anchor, moved)


def month_of(instant: int) -> date:
    """The first day of the instant's UTC month."""
    return at(instant).date().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the following month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """Every month from the first to the last, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
