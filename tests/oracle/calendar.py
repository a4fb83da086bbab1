"""Which file every day belongs to, and when it is due: by looking at each day and each minute, without arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def file_comes(day: date, every: str, on: str, without: Mapping[date, str]) -> bool:
    """Whether the report of a day is the last of its file."""
    if day in without:
        return False
    if every == "business_day":
        return NAMES[day.weekday()] not in ("saturday", "sunday")
    tomorrow = day + DAY
    if every == "week":
        return NAMES[tomorrow.weekday()] == on
    if every == "month":
        days = [date(tomorrow.year, tomorrow.month, 1) + n * DAY for n in range(31)]
        of_month = [one.day for one in days if one.month == tomorrow.month]
        return tomorrow.day == max(number for number in of_month if number <= int(on))
    return True


def last_day_of_file(day: date, every: str, on: str, without: Mapping[date, str]) -> date:
    """The last day of the file that a day is in."""
    while not file_comes(day, every, on, without):
        day += DAY
    return day


def due(last: date, zone: ZoneInfo, days: int, hours: int) -> datetime:
    """When the file is due: the first minute of the day so many days after the last one, in the zone; then hours."""
    wanted = last + (days + 1) * DAY
    at = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) - timedelta(hours=30)
    while at.astimezone(zone).date() < wanted:
        at += timedelta(hours=1)
    while (at - MINUTE).astimezone(zone).date() >= wanted:
        at -= MINUTE
    return at + timedelta(hours=hours)
