"""Periods start and end where a calendar says: a failure means invoices and discount windows fall on wrong days."""

from __future__ import annotations

from datetime import date

import pytest
from stories import day

from paylake.simulator import clock


def test_an_anchor_on_the_31st_is_clamped_and_returns() -> None:
    anchor = day("2025-01-31 10:30")
    ends, start = [], anchor
    for _ in range(5):
        start = clock.period_end(anchor, start, "month", 1)
        ends.append(start)
    expected = ("2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30")
    assert ends == [day(f"{text} 10:30") for text in expected]


@pytest.mark.parametrize(
    ("interval", "count", "start", "end"),
    [
        ("year", 1, "2024-02-29", "2025-02-28"),
        ("month", 3, "2024-11-30", "2025-02-28"),
        ("week", 1, "2025-03-29", "2025-04-05"),
        ("day", 10, "2025-12-27", "2026-01-06"),
    ],
)
def test_period_end(interval: str, count: int, start: str, end: str) -> None:
    assert clock.period_end(day(start), day(start), interval, count) == day(end)


def test_a_leap_day_anchor_returns_to_the_29th() -> None:
    assert clock.period_end(day("2024-02-29"), day("2027-02-28"), "year", 1) == day("2028-02-29")


def test_months_between_crosses_the_year() -> None:
    months = clock.months_between(date(2025, 11, 1), date(2026, 2, 1))
    assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
