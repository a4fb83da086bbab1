"""Landing and calendars, without Spark: failing means that the lake does not know what is missing from it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from landing_memory import MemoryLake

from paylake.errors import UsageError
from paylake.landing.bronze import EXPECTED, as_table, rows_of
from paylake.landing.protocol import Landing
from paylake.settings import Settings

CALENDAR = """
provider: stripe
time_zone: UTC
exports:
  balance_change_from_activity: {every: month, on: 1, since: 2026-01-01, until: 2026-02-28, due: {days: 1}}
"""
FILE = "balance_transaction_id,created,currency,gross,fee,net,reporting_category\nt,2026-01-31,eur,1,0,1,charge\n"


@pytest.fixture
def lake(tmp_path: Path) -> MemoryLake:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "stripe.yml").write_text(CALENDAR)
    (tmp_path / "report.csv").write_text(FILE)
    return MemoryLake()


def land(folder: Path, lake: MemoryLake) -> None:
    Landing(Settings(project=folder), lake, [str(folder / "report.csv")]).run()


def test_a_landing_writes_down_what_is_expected_and_which_days_the_file_covers(
    tmp_path: Path, lake: MemoryLake
) -> None:
    land(tmp_path, lake)
    assert [(one.first_day, one.is_due) for one in lake.ledger.expected] == [
        (date(2026, 1, 1), True),
        (date(2026, 2, 1), True),
    ]
    assert {(entry.covers_from, entry.covers_to) for entry in lake.ledger.entries() if entry.state != "claimed"} == {
        ("2026-01-31", "2026-01-31")
    }


def test_a_calendar_that_changed_is_written_by_the_next_landing_though_nothing_is_new(
    tmp_path: Path, lake: MemoryLake
) -> None:
    land(tmp_path, lake)
    entries = lake.ledger.entries()
    (tmp_path / "calendars" / "stripe.yml").write_text(CALENDAR.replace("2026-01-01", "2026-02-01"))
    land(tmp_path, lake)
    assert [one.first_day for one in lake.ledger.expected] == [date(2026, 2, 1)]
    assert lake.ledger.entries() == entries


def test_a_wrong_calendar_stops_the_landing_before_anything(tmp_path: Path, lake: MemoryLake) -> None:
    (tmp_path / "calendars" / "stripe.yml").write_text(CALENDAR.replace("month", "moon"))
    with pytest.raises(UsageError, match=r"stripe\.yml"):
        land(tmp_path, lake)
    assert lake.ledger.entries() == []


def test_what_is_written_already_is_known_again_in_any_order_and_zone() -> None:
    row = dict.fromkeys(EXPECTED, "x") | {"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 1), "is_due": True}
    rows = [row | {"due_at": datetime(2026, 1, day, tzinfo=UTC)} for day in (2, 3)]
    wanted = as_table(EXPECTED, rows)
    place = wanted.schema.get_field_index("due_at")
    for kind in (pa.timestamp("us"), pa.timestamp("us", "Europe/Paris")):
        there = wanted.set_column(place, "due_at", wanted["due_at"].cast(kind)).take([1, 0])
        assert rows_of(there) == rows_of(wanted)
        assert rows_of(there.slice(0, 1)) != rows_of(wanted)
