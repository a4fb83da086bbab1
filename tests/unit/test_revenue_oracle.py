"""The oracle that judges revenue is judged here: the decision page's examples, identities that hold for any line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.lines import EXAMPLES, START, random_lines
from oracle.revenue import METHODS, SCHEDULES, schedule

ZONES = [ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Tokyo")]


def tables(project: Path) -> list[dict[str, list[int]]]:
    """The tables of the decision page: the first cell of each row, and its amounts in minor units."""
    text = (project / "docs/decisions/2026-11-22-recognised-revenue.md").read_text(encoding="utf-8")
    found: list[dict[str, list[int]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
        amounts = [[int(Decimal(cell or 0) * 100) for cell in row[1:]] for row in rows]
        found.append({row[0].removesuffix("` (default)"): own for row, own in zip(rows, amounts, strict=True)})
    return found


@pytest.mark.parametrize("sign", [1, -1])
def test_the_methods_of_the_page(project: Path, sign: int) -> None:
    published, _ = tables(project)
    service = (datetime(2025, 6, 15, 12, tzinfo=UTC), datetime(2025, 10, 13, 12, tzinfo=UTC))
    shares = {method: SCHEDULES[method](12000 * sign, service, ZONES[0]) for method in METHODS}
    months = [date(2025, month, 1) for month in range(6, 11)]

    assert list(published) == list(METHODS)
    assert {name: [sign * own.get(month, 0) for month in months] for name, own in shares.items()} == published


def test_the_examples_of_the_page(project: Path) -> None:
    _, examples = tables(project)
    schedules = {line.name: schedule(line, "by_time", ZONES[0]) for line in EXAMPLES}
    months = [date(2025, month, 1) for month in (1, 2, 3)]

    assert examples == {
        name: [rows[month]["recognised_minor"] if month in rows else 0 for month in months]
        for name, rows in schedules.items()
    }


@settings(max_examples=40)
@given(
    amount=st.integers(-(10**12), 10**12),
    start=st.integers(0, 60_000_000),
    seconds=st.integers(1, 40_000_000),
    zone=st.sampled_from(ZONES),
)
@pytest.mark.parametrize("method", METHODS)
def test_shares_sum_to_the_amount_and_a_credit_mirrors_it(
    method: str, amount: int, start: int, seconds: int, zone: ZoneInfo
) -> None:
    service = (START + timedelta(seconds=start), START + timedelta(seconds=start + seconds))
    shares = SCHEDULES[method](amount, service, zone)

    assert sum(shares.values()) == amount
    assert SCHEDULES[method](-amount, service, zone) == {month: -part for month, part in shares.items()}


@settings(max_examples=40)
@given(seed=st.integers(0, 100_000), zone=st.sampled_from(ZONES), catches_up=st.booleans())
@pytest.mark.parametrize("method", METHODS)
def test_a_line_closes_every_month_and_ends_at_nothing(
    method: str, seed: int, zone: ZoneInfo, catches_up: bool
) -> None:
    (line,) = random_lines(seed, 1)
    rows = [row for _, row in sorted(schedule(line, method, zone, catches_up).items())]
    moves = ("billed", "credited", "refunded", "voided", "written_off", "unbilled_change")
    openings = [0, *(row["deferred_minor"] for row in rows)]

    for opening, row in zip(openings, rows, strict=False):
        moved = sum(row[f"{name}_minor"] for name in moves) - row["recognised_minor"]
        assert opening + moved == row["deferred_minor"]
    assert all(
        one["unbilled_minor"] + other["unbilled_change_minor"] == other["unbilled_minor"]
        for one, other in pairwise(rows)
    )
    assert rows[-1]["deferred_minor"] == rows[-1]["unbilled_minor"] == 0


def test_random_lines_reach_every_movement() -> None:
    rows = [row for line in random_lines(1, 300) for row in schedule(line, "by_time", ZONES[0]).values()]

    assert {name for name in rows[0] if any(row[name] for row in rows)} == set(rows[0])
