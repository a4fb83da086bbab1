"""Calendars of expected files: what should have landed by now, what came late, what is missing."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from paylake.calendars.definition import Calendar, known_calendars, read_calendars
from paylake.calendars.expected import Delivery, Expected, Landed, Status, delivery, expected_files
from paylake.errors import UsageError
from paylake.providers.provider import FRAMES
from paylake.session import as_paylake_error, get_session
from paylake.settings import Settings

__all__ = [
    "Calendar",
    "Delivery",
    "Expected",
    "Landed",
    "Status",
    "deliveries",
    "delivery",
    "expected_files",
    "known_calendars",
    "read_calendars",
]

_LANDED = """
    select files.*, coalesce(batches.at, files.at) as landed_at
    from bronze_ops.files as files
    left join bronze_ops.batches as batches on files.batch = batches.batch
    where files.state = 'landed'
"""


def deliveries(settings: Settings, now: datetime | None = None, spark: Any = None) -> list[Delivery]:
    """What became of every expected file, by provider, export and period.

    Args:
        settings: the lake, and the project with its calendars.
        now: the instant to look from; default the clock's.
        spark: a session to use; default a new one on the lake's server.

    Raises:
        UsageError: there is no calendar, or one is wrong.
        ServerNotRunning: no server answers.
    """
    calendars = known_calendars(settings)
    if not calendars:
        raise UsageError(
            f"There is no calendar in {settings.calendars_path}.", "Write one; docs/how-to/expect-files.md says how."
        )
    session = spark or get_session(settings)
    try:
        landed = landed_files(session)
    except Exception as error:  # noqa: BLE001 - whatever the client raises becomes one readable error
        raise as_paylake_error(error) from None
    finally:
        if spark is None:
            session.stop()
    by_export: dict[tuple[str, str], list[Landed]] = defaultdict(list)
    for file in landed:
        by_export[file.provider, file.export].append(file)
    expected = expected_files(calendars, now or datetime.now(UTC))
    return [delivery(one, by_export[one.provider, one.export]) for one in expected]


def landed_files(spark: Any) -> list[Landed]:
    """Every file that landed, by the ledger; none before the first landing."""
    if not spark.catalog.tableExists("bronze_ops.files"):
        return []
    rows = spark.sql(_LANDED).toArrow().to_pylist()
    return [
        Landed(
            row["provider"],
            row["export"],
            row["path"],
            row["landed_at"] if row["landed_at"].tzinfo else row["landed_at"].replace(tzinfo=UTC),
            _day(row.get("covers_from")),
            _day(row.get("covers_to")),
            sum(count for table, count in json.loads(row["rows"]).items() if table != FRAMES),
        )
        for row in rows
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
