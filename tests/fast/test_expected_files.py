"""The model's SQL against the rule in Python, on random files: failing means that late is taken for zero."""

from __future__ import annotations

import random
import re
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paylake import sail
from paylake.calendars import Expected, Landed, Status, delivery, expected_files
from paylake.calendars.definition import Calendar
from paylake.landing.bronze import EXPECTED, as_table
from paylake.settings import Settings

NOW = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
EXPORTS = {
    "daily": {"every": "day", "since": "2026-02-20", "due": {"hours": 9}},
    "business": {"every": "business_day", "since": "2026-02-20", "due": {"days": 1}, "without": {"2026-03-20": "lost"}},
    "weekly": {"every": "week", "on": "sunday", "since": "2026-02-20", "due": {"days": 2}, "name": "w_{last:%m%d}"},
    "monthly": {"every": "month", "on": "31", "since": "2025-10-07", "due": {"days": 5, "hours": 3}},
}
CALENDARS = [
    Calendar(provider="one", time_zone="Europe/Paris", exports=EXPORTS),
    Calendar(provider="two", time_zone="America/New_York", exports=EXPORTS),
]
FILES = {
    "provider": pa.string(), "export": pa.string(), "path": pa.string(), "landed_at": pa.timestamp("us", "UTC"),
    "covers_from": pa.date32(), "covers_to": pa.date32(), "rows": pa.int64(),
}  # fmt: skip


def random_files(expected: list[Expected], draw: random.Random) -> list[Landed]:
    """For most periods a file or two, at about the time when it is due or exactly then, some also of other days."""
    files = []
    for one in expected:
        for _ in range(draw.choice((0, 1, 1, 1, 2))):
            at = one.due_at + timedelta(seconds=draw.choice((-3600, -1, 0, 0, 1, 3600)))
            days = [one.first_day + timedelta(days=draw.randint(-2, 3)) for _ in range(2)]
            first, last = draw.choice([(one.first_day, one.last_day), (min(days), max(days)), (None, None)])
            path = draw.choice([f"in/{one.name}.csv", "in/report.csv"])
            files.append(Landed(one.provider, one.export, path, at, first, last, draw.randint(0, 9)))
    return files


@pytest.fixture(scope="module")
def built(lane: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Expected], list[Landed], list[Any]]:
    """What is expected, what landed, and the rows of the model's own SQL on both."""
    folder = tmp_path_factory.mktemp("expected")
    expected = expected_files(CALENDARS, NOW)
    landed = random_files(expected, random.Random(20261122))
    rows = [asdict(file) | {"file_id": str(number)} for number, file in enumerate(landed)]
    files = pa.Table.from_pylist(rows, schema=pa.schema(FILES | {"file_id": pa.string()}))
    session = sail.get_session(lane)
    for name, table in (("expected_files", as_table(EXPECTED, map(asdict, expected))), ("stg_landing__files", files)):
        pq.write_table(table, folder / f"{name}.parquet")
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(f"drawn_{name}")
    model = (lane.project / "models/gold/delivery/rpt_expected_files.sql").read_text()
    sql = re.sub(r"{{ (?:ref|source)\((?:'bronze_ops', )?'(\w+)'\) }}", r"drawn_\1", model)
    return expected, landed, session.sql(sql).toArrow().to_pylist()


def utc(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None


def test_the_model_says_of_every_period_what_the_rule_says(
    built: tuple[list[Expected], list[Landed], list[Any]],
) -> None:
    expected, landed, rows = built
    by_rule = {
        (one.provider, one.export, one.first_day): (str(told.status), told.landed_at, told.files, told.rows)
        for one in expected
        for told in [delivery(one, landed)]
    }
    by_model = {
        (row["provider"], row["export"], row["first_day"]): (
            row["status"], utc(row["landed_at"]), row["files"], row["rows"],
        )
        for row in rows
    }  # fmt: skip
    assert by_model == by_rule
    assert {status for status, *_ in by_rule.values()} == set(map(str, Status))


def test_the_calendar_reaches_the_model_as_it_is(built: tuple[list[Expected], list[Landed], list[Any]]) -> None:
    expected, _, rows = built
    found = {(row["provider"], row["export"], row["first_day"], row["last_day"], utc(row["due_at"])) for row in rows}
    assert found == {(one.provider, one.export, one.first_day, one.last_day, one.due_at) for one in expected}
    days = {(first, last) for provider, export, first, last, _ in found if (provider, export) == ("one", "business")}
    assert (date(2026, 3, 20), date(2026, 3, 23)) in days, "a lost day belongs to the next file"
