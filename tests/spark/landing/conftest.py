"""Helpers of landing's tests on Spark: small exports, what is in bronze, and a landing that stops at a given point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from landing_exports import charge, customer, report

from paylake.calendars import Calendar
from paylake.landing import protocol
from paylake.landing.bronze import DeltaLake
from paylake.landing.lock import landing_lock
from paylake.landing.protocol import Landing
from paylake.providers import PROVIDERS

TABLES = ("charges", "customers", "other_objects", "balance_change_from_activity")


MONTHLY = {"every": "month", "on": "1", "since": "2025-01-01", "until": "2025-03-31", "due": {"days": 2}}
CALENDAR = Calendar(provider="stripe", time_zone="UTC", exports={"balance_change_from_activity": MONTHLY})


class Stopped(Exception):
    """The landing was stopped by a test."""


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Three files of two kinds, five tables' worth of nothing special."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.jsonl").write_text("\n".join([charge(1), customer(1), charge(2)]))
    (folder / "b.json").write_text(f"[{charge(3)}, {customer(2)}]")
    (folder / "report.csv").write_text(report(1, 2, 3))
    return folder


@pytest.fixture
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the bronze tables that these exports need, and their calendar: most tests are about something else."""
    stripe = PROVIDERS["stripe"]
    assert stripe.documents
    few = {table: columns for table, columns in stripe.documents.columns.items() if table in TABLES}
    exports = tuple(export for export in stripe.exports if export.name in TABLES)
    documents = replace(stripe.documents, columns=few)
    monkeypatch.setitem(PROVIDERS, "stripe", replace(stripe, exports=exports, documents=documents))
    monkeypatch.setattr(protocol, "known_calendars", lambda _: [CALENDAR])


@pytest.fixture
def bronze(empty_lake: Any) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of bronze, without what a landing itself adds: when, in which batch, and where the file was found."""

    def read(*leave: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        there = {name.split(".")[1] for name in empty_lake.tables("bronze_stripe")}
        for table in sorted(there & set(TABLES)):
            frame = empty_lake.spark.table(f"bronze_stripe.{table}")
            rows = frame.drop("_ingested_at", "_batch", "_file_path", *leave).collect()
            found += [(table, *map(str, row)) for row in rows]
        return sorted(found)

    return read


@pytest.fixture
def land_until(empty_lake: Any) -> Callable[..., Any]:
    """Land, and stop at a point of the protocol as a crash would: nothing after it runs."""

    def run(paths: list[Path], point: str) -> None:
        def hook(name: str) -> None:
            if name == point:
                raise Stopped(name)

        settings = empty_lake.settings
        with landing_lock(settings.lake_path, 0), pytest.raises(Stopped):
            Landing(settings, DeltaLake(empty_lake.spark), [str(path) for path in paths], hook=hook).run()

    return run
