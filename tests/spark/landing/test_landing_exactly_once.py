"""Exactly once: a failing test means that bronze has a row twice, or lacks one, after something ordinary went wrong."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from landing_exports import charge, customer

from paylake import server
from paylake.errors import LakeBusy
from paylake.landing import land

Rows = Callable[..., list[tuple[Any, ...]]]
POINTS = ("inside stage", "inside append customers", "after append", "inside land")
"""Where Delta's own guarantees matter; every point is crashed at in tests/unit/landing/test_landing_protocol.py."""


@pytest.mark.usefixtures("few_tables")
def test_landing_twice_adds_nothing_and_reads_nothing_again(empty_lake: Any, exports: Path, bronze: Rows) -> None:
    first = empty_lake.land(exports)
    rows = bronze()
    assert (first.exit_code, first.rows, len(rows), first.batch) == (0, 8, 8, 1)
    second = empty_lake.land(exports)
    assert (second.exit_code, second.rows, second.counts["already_landed"], second.batch) == (0, 0, 3, 1)
    assert bronze() == rows
    expected = empty_lake.query("select first_day, is_due from bronze_ops.expected_files order by first_day")
    assert [(str(row.first_day), row.is_due) for row in expected] == [
        ("2025-01-01", True),
        ("2025-02-01", True),
        ("2025-03-01", True),
    ]
    history = empty_lake.query("describe history bronze_ops.expected_files")
    assert len(history) == 2, "created and filled; the second landing found it as it must be"


@pytest.mark.usefixtures("few_tables")
def test_a_crash_at_any_point_heals_with_the_next_landing(
    empty_lake: Any, exports: Path, bronze: Rows, land_until: Callable[..., None]
) -> None:
    (exports / "bad.json").write_text(charge(9)[:-5])
    for number, point in enumerate(POINTS, 1):
        (exports / f"more{number}.jsonl").write_text("\n".join([charge(10 + number), customer(10 + number)]))
        land_until([exports], point)
        assert empty_lake.land(exports).counts["quarantined"] == 1, point
        rows = bronze()
        assert len(rows) == len(set(rows)) == 8 + 2 * number, point
        assert not list((empty_lake.settings.lake_path / "staging").glob("*")), point
    assert empty_lake.land(exports).rows == 0
    landed = empty_lake.query("select sum(files), sum(rows) from bronze_ops.batches")
    assert [tuple(row) for row in landed] == [(3 + len(POINTS), 8 + 2 * len(POINTS))]


@pytest.mark.usefixtures("few_tables")
def test_what_was_appended_in_part_and_then_lost_is_completed_by_its_next_delivery(
    empty_lake: Any, exports: Path, bronze: Rows, land_until: Callable[..., None]
) -> None:
    kept = {path: path.read_text() for path in exports.iterdir()}
    land_until([exports], "inside append charges")
    for path in kept:
        path.unlink()
    shutil.rmtree(empty_lake.settings.lake_path / "staging")
    lost = empty_lake.land(exports)
    assert lost.counts["lost"] + lost.counts["landed"] == 3
    assert lost.exit_code == 3
    for path, text in kept.items():
        path.write_text(text)
    assert empty_lake.land(exports).exit_code == 0
    assert len(bronze()) == 8


@pytest.mark.usefixtures("few_tables")
def test_two_landings_at_once(empty_lake: Any, exports: Path, bronze: Rows) -> None:
    patient = empty_lake.settings.model_copy(update={"lock_timeout_seconds": 120})
    outcomes: list[Any] = []

    def run(settings: Any) -> None:
        try:
            outcomes.append(land([str(exports)], settings))
        except LakeBusy as busy:
            outcomes.append(busy)

    threads = [threading.Thread(target=run, args=(s,)) for s in (patient, patient, empty_lake.settings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome.rows for outcome in outcomes if not isinstance(outcome, LakeBusy)) == 8
    assert len(bronze()) == 8


SCRIPT = """
import sys
from pathlib import Path
from paylake.landing import land
from paylake.settings import Settings
land([sys.argv[1]], Settings(lake=Path(sys.argv[2]), remote=sys.argv[3]), progress=lambda text: print(text, flush=True))
"""


def kill_while_landing(empty_lake: Any, exports: Path, after: float) -> bool:
    """Land in a process of its own and kill it so many seconds after it began to work; whether it was still at it."""
    where = server.address(empty_lake.settings)
    command = [sys.executable, "-c", SCRIPT, str(exports), str(empty_lake.settings.lake_path), where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return True
    return False


def check_kills(empty_lake: Any, exports: Path, bronze: Rows, seed: int, kills: int) -> None:
    chance = random.Random(seed)
    for number in range(kills):
        (exports / f"more{number}.jsonl").write_text("\n".join([charge(100 + number), customer(100 + number)]))
        kill_while_landing(empty_lake, exports, chance.uniform(0, 6))
    deadline = time.monotonic() + 60
    while True:
        try:
            empty_lake.land(exports)
            break
        except LakeBusy:
            assert time.monotonic() < deadline
    rows = bronze()
    assert len(rows) == len(set(rows)) == 8 + 2 * kills
    assert empty_lake.land(exports).rows == 0


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 11))
def test_kill_9_at_many_random_points(empty_lake: Any, exports: Path, bronze: Rows, seed: int) -> None:
    check_kills(empty_lake, exports, bronze, seed=seed, kills=8)
