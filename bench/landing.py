"""Landing of one large CSV against a plain read and append of the same file."""

from __future__ import annotations

import csv
import random
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.lakes import Lakes, settings_of
from bench.report import Measure
from bench.rounds import interleaved, timing
from paylake import server
from paylake.landing import land
from paylake.providers.stripe import PROVIDER
from paylake.session import get_session

COLUMNS = 30
KNOWN = 20
GENERATED_CODE = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
"""Spark's defaults, as landing sets them for itself: the peer is not to suffer from what suits small statements."""


def write_activity_csv(path: Path, rows: int, prefix: str) -> None:
    """A balance-change-from-activity report with 30 columns, of which Paylake knows 20 and rescues 10."""
    known = list(PROVIDER.tables["balance_change_from_activity"])[:KNOWN]
    header = known + [f"payment_metadata[field_{i}]" for i in range(COLUMNS - KNOWN)]
    draw = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            values = {
                "balance_transaction_id": f"{prefix}_{number:012d}",
                "currency": "usd",
                "gross": f"{draw.randint(1, 10**6) / 100:.2f}",
            }
            writer.writerow([values.get(name, f"{name[:6]} {draw.randint(0, 999)}") for name in header])


def read_and_append(spark: Any, file: Path) -> None:
    """What a script without Paylake would do."""
    frame = spark.read.option("header", True).csv(str(file))
    frame = frame.toDF(*[name.replace("[", "_").replace("]", "") for name in frame.columns])
    frame.write.mode("append").format("delta").saveAsTable("bench.activity")


def landing(lakes: Lakes, rounds: int, rows: int) -> list[Measure]:
    """`paylake land` of a CSV (cards scanned, cells counted, exactly once) against `spark.read.csv` and an append."""
    folder = lakes.folder / "landing"
    settings = settings_of(folder)
    with ExitStack() as stack:
        stack.callback(server.down, settings)
        server.up(settings)
        spark = get_session(settings)
        spark.sql("create schema if not exists bench").collect()
        for name, value in GENERATED_CODE.items():
            spark.conf.set(name, value)
        files = [folder / f"activity_{number}.csv" for number in range(rounds + 1)]
        for number, file in enumerate(files):
            write_activity_csv(file, rows if number else 1000, f"txn_{number}")
        turns = {"ours": iter(files), "plain": iter(files)}
        works = {
            "ours": timing(lambda: land([str(next(turns["ours"]))], settings)),
            "plain": timing(lambda: read_and_append(spark, next(turns["plain"]))),
        }
        for work in works.values():
            work()
        seconds = interleaved(works, rounds)
        size = files[-1].stat().st_size / 2**20
    name = f"landing of a CSV, {rows:,} rows x {COLUMNS} columns, {size:.0f} MiB"
    return [Measure(name, "time", "s", seconds["ours"], seconds["plain"], "spark.read.csv and append")]
