"""Measures what bench/counts.json records: figures that are the same on every machine, on a small lake."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from unittest.mock import patch

from bench.bronze import write_bronze
from bench.counting import STEPS, Figures, accept, rises
from bench.lakes import START, settings_of
from bench.report import say
from bench.sides import Side, ours
from paylake import sail, server
from paylake.landing import land
from paylake.settings import Settings
from paylake.simulator import simulate

SEEDS, CUSTOMERS, DAYS = (2, 3, 4), 40, 150
"""The merchants of the lake; the tests' standard lake has the same."""

CORES = 2
ONE_TASK = {"SAIL_EXECUTION__DEFAULT_PARALLELISM": "1"}
"""As many tasks as the machine has cores write a table otherwise, some of them no file: other figures each time."""


class Engine(StrEnum):
    """Engines that are counted."""

    SPARK = "spark"
    SAIL = "sail"


def exports(folder: Path) -> list[Path]:
    """Exports of the merchants, simulated into a folder."""
    for seed in SEEDS:
        simulate(seed=seed, customers=CUSTOMERS, start=START, days=DAYS, out=folder / str(seed))
    return [folder / str(seed) / "exports" for seed in SEEDS]


def steps(side: Side, warehouse: Path) -> Iterator[tuple[str, Figures]]:
    """Figures of each step, on a lake with bronze and nothing else."""
    for step, arguments in STEPS.items():
        yield step, side.count(warehouse, *arguments)


def spark_lake(folder: Path, settings: Settings) -> Path:
    """Land the merchants; returns the warehouse that builds write to."""
    server.up(settings)
    land(list(map(str, exports(folder))), settings)
    return settings.warehouse_path


def fast_lane(folder: Path, settings: Settings) -> Path:
    """Write the merchants' bronze without Spark; returns the warehouse that builds write to."""
    with patch.dict(os.environ, ONE_TASK):
        sail.up(settings)
    write_bronze(settings, exports(folder))
    return settings.scratch_path


def run(engines: Sequence[Engine], reason: str) -> list[str]:
    """Measure; record it when there is a reason.

    Returns:
        One line for each figure that rose, none when they were accepted.
    """
    found: dict[str, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory(prefix="paylake-counts-") as folder, ExitStack() as stack:
        for engine in engines:
            settings = settings_of(Path(folder) / engine, cores=CORES)
            kind, prepare, target = {
                Engine.SPARK: (server, spark_lake, "local"),
                Engine.SAIL: (sail, fast_lane, "fast"),
            }[engine]
            stack.callback(kind.down, settings)
            warehouse = prepare(Path(folder) / engine, settings)
            found[engine] = {}
            for step, figures in steps(ours(settings, target), warehouse):
                found[engine][step] = figures
                say(f"{engine}, {step}: {figures}")
    if reason:
        accept(found, reason)
        return []
    return [
        line for engine in found for step, figures in found[engine].items() for line in rises(engine, step, figures)
    ]
