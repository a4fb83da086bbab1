"""Landing of one large CSV and of many small ones, against a plain read and append of the same rows."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.lakes import Lakes, settings_of
from bench.report import Measure
from bench.rounds import interleaved, timing
from paylake import server
from paylake.landing import cards, land
from paylake.landing.recognition import HEAD, recognise
from paylake.landing.staging import FileTask, parse_file
from paylake.providers.stripe import PROVIDER
from paylake.session import get_session
from paylake.settings import Settings

COLUMNS = 30
KNOWN = 20
ROWS_OF_SMALL = 20
MOST_SCAN = 1.43
"""Times that parsing may take with the card scan: the scan is three tenths of it then."""
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


def landing(lakes: Lakes, rounds: int, rows: int, files: int) -> list[Measure]:
    """`paylake land` (cards scanned, cells counted, exactly once) against `spark.read.csv` and an append.

    Args:
        lakes: where there is room for one more.
        rounds: of the large file; the small ones land once.
        rows: of the large file.
        files: how many small ones.
    """
    folder = lakes.folder / "landing"
    settings = settings_of(folder)
    with ExitStack() as stack:
        stack.callback(server.down, settings)
        server.up(settings)
        spark = get_session(settings)
        spark.sql("create schema if not exists bench").collect()
        for name, value in GENERATED_CODE.items():
            spark.conf.set(name, value)
        return [*_one_large(folder, settings, spark, rounds, rows), _many_small(folder, settings, spark, files)]


def _one_large(folder: Path, settings: Settings, spark: Any, rounds: int, rows: int) -> list[Measure]:
    paths = [folder / f"activity_{number}.csv" for number in range(rounds + 1)]
    for number, path in enumerate(paths):
        write_activity_csv(path, rows if number else 1000, f"txn_{number}")
    turns = {"ours": iter(paths), "plain": iter(paths)}
    works = {
        "ours": timing(lambda: land([str(next(turns["ours"]))], settings)),
        "plain": timing(lambda: read_and_append(spark, next(turns["plain"]))),
    }
    for work in works.values():
        work()
    seconds = interleaved(works, rounds)
    size = paths[-1].stat().st_size / 2**20
    name = f"landing of a CSV, {rows:,} rows x {COLUMNS} columns, {size:.0f} MiB"
    parsing = interleaved({"scan": _parsing(paths[-1]), "no scan": _parsing(paths[-1], is_scanned=False)}, rounds)
    return [
        Measure(name, "time", "s", seconds["ours"], seconds["plain"], "spark.read.csv and append", at_most=2),
        Measure(
            name, "parsing", "s", parsing["scan"], parsing["no scan"], "the same without card scan", at_most=MOST_SCAN
        ),
    ]


def _parsing(path: Path, is_scanned: bool = True) -> Callable[[], float]:
    """Parsing and staging of a file in this process."""
    data = path.read_bytes()
    kind, file_id = recognise(data[:HEAD]), hashlib.sha256(data).hexdigest()
    staging = path.with_suffix(".staging")
    task = FileTask(str(path), file_id, 1, 0.0, kind.provider, kind.export, kind.header_version, str(staging))

    def parse() -> None:
        with patch.object(cards, "may_hold", cards.may_hold if is_scanned else lambda _: False):
            parse_file(task)

    return timing(parse)


def _many_small(folder: Path, settings: Settings, spark: Any, files: int) -> Measure:
    small, whole = folder / "small", folder / "whole.csv"
    small.mkdir()
    for number in range(files):
        write_activity_csv(small / f"{number:05d}.csv", ROWS_OF_SMALL, f"s{number}")
    write_activity_csv(whole, files * ROWS_OF_SMALL, "whole")
    works = {
        "ours": timing(lambda: land([str(small)], settings)),
        "plain": timing(lambda: read_and_append(spark, whole)),
    }
    seconds = interleaved(works, 1)
    name = f"landing of {files:,} CSVs of {ROWS_OF_SMALL} rows"
    peer = "plain read and append of them as one file"
    return Measure(name, "time", "s", seconds["ours"], seconds["plain"], peer, at_most=60)
