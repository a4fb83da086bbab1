"""`python -m bench`: run workloads in interleaved rounds and print ratios with their spread."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table

from paylake import server
from paylake.landing import land
from paylake.logs import configure
from paylake.session import get_session
from paylake.settings import Settings, find_project
from paylake.simulator import simulate

app = typer.Typer(help=__doc__, no_args_is_help=False)
console = Console()
RESULTS = Path(__file__).parent / "results"

STOCK = {
    "spark.sql.shuffle.partitions": "200",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.databricks.delta.snapshotPartitions": "50",
    "spark.delta.logStore.file.impl": "io.delta.storage.HDFSLogStore",
    "spark.sql.ui.explainMode": "formatted",
}
"""Spark's and Delta's own defaults for what Paylake's server sets otherwise; the JVM's are no options at all."""

Rounds = Annotated[int, typer.Option(min=1, help="How often each side is measured, in turn.")]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def timed(work: Callable[[], Any]) -> float:
    """Seconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def report(workload: str, ours: list[float], peer: list[float], meaning: str) -> None:
    """Print and store one workload: every round's seconds, and the ratio of the medians with the rounds' spread."""
    ratios = [p / o for o, p in zip(ours, peer, strict=True)]
    table = Table("", "minimum", "median", "maximum", title=f"{workload}: {meaning}")
    for name, values, unit in (("ours", ours, " s"), ("peer", peer, " s"), ("peer / ours", ratios, " x")):
        table.add_row(name, *(f"{f(values):.2f}{unit}" for f in (min, statistics.median, max)))
    console.print(table)
    RESULTS.mkdir(exist_ok=True)
    result = {
        "workload": workload,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "ours_seconds": ours,
        "peer_seconds": peer,
        "ratios": ratios,
    }
    (RESULTS / f"{workload}.json").write_text(json.dumps(result, indent=2), encoding="utf-8")


def dbt_build(settings: Settings) -> None:
    """One plain `dbt build` in a process of its own, against one server."""
    environment = os.environ | {
        "PAYLAKE_REMOTE": server.address(settings),
        "PAYLAKE_LAKE": str(settings.lake_path),
    }
    target = settings.lake_path / "target"
    command = [str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--target-path", str(target)]
    subprocess.run(command, cwd=settings.project, env=environment, check=True, stdout=subprocess.DEVNULL)


@app.command()
def build(rounds: Rounds = 3, customers: int = 300, days: int = 425) -> None:
    """Warm full build: Paylake's server settings against the defaults of Spark and Delta."""
    with tempfile.TemporaryDirectory(prefix="paylake-bench-") as work:
        exports = Path(work) / "merchant"
        simulate(seed=1, customers=customers, start=date(2025, 1, 1), days=days, out=exports)
        sides: dict[str, list[float]] = {"ours": [], "stock": []}
        servers = {
            name: Settings(
                project=find_project(),
                lake=Path(work) / name,
                port=free_port(),
                memory_mb=3072,
                spark_conf=STOCK if name == "stock" else {},
                jvm_options=[] if name == "stock" else None,
            )
            for name in sides
        }
        try:
            for name, settings in servers.items():
                console.print(f"Warming {name} ...")
                server.up(settings)
                land([str(exports / "exports")], settings)
                dbt_build(settings)
            for number in range(rounds):
                for name, settings in servers.items():
                    sides[name].append(timed(lambda chosen=settings: dbt_build(chosen)))
                    console.print(f"round {number + 1}: {name} {sides[name][-1]:.1f} s")
        finally:
            for settings in servers.values():
                server.down(settings)
    report("build", sides["ours"], sides["stock"], "the same project, warm, ours against stock server settings")


def write_activity_csv(path: Path, rows: int) -> None:
    """A balance-change-from-activity report with 30 columns, of which Paylake knows 20 and rescues 10."""
    from paylake.providers.stripe import TABLES

    known = list(TABLES["balance_change_from_activity"])[:20]
    header = known + [f"payment_metadata[field_{i}]" for i in range(30 - len(known))]
    draw = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            values = {
                "balance_transaction_id": f"txn_{number:012d}",
                "currency": "usd",
                "gross": f"{draw.randint(1, 10**6) / 100:.2f}",
            }
            writer.writerow([values.get(name, f"{name[:6]} {draw.randint(0, 999)}") for name in header])


@app.command()
def landing(rounds: Rounds = 3, rows: int = 200_000) -> None:
    """Landing of one CSV against plain `spark.read.csv` and an append of the same file."""
    with tempfile.TemporaryDirectory(prefix="paylake-bench-") as work:
        settings = Settings(project=find_project(), lake=Path(work) / "lake", port=free_port(), memory_mb=3072)
        ours: list[float] = []
        plain: list[float] = []
        server.up(settings)
        try:
            spark = get_session(settings)
            warm = Path(work) / "warm.csv"
            write_activity_csv(warm, 1000)
            land([str(warm)], settings)
            spark.sql("create schema if not exists bench")
            source = Path(work) / "activity.csv"
            write_activity_csv(source, rows)
            size = source.stat().st_size / 2**20
            for number in range(rounds):
                copy = Path(work) / f"activity-{number}.csv"
                shutil.copy(source, copy)
                with copy.open("a", encoding="utf-8") as file:
                    file.write(
                        source.read_text(encoding="utf-8").splitlines()[-1].replace("txn_", f"round_{number}_") + "\n"
                    )
                ours.append(timed(lambda file=copy: land([str(file)], settings)))
                spark.conf.set("spark.sql.codegen.wholeStage", "true")
                spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK")

                def read_and_append(file: Path = copy) -> None:
                    frame = spark.read.option("header", True).option("multiLine", False).csv(str(file))
                    frame = frame.toDF(*[name.replace("[", "_").replace("]", "") for name in frame.columns])
                    frame.write.mode("append").format("delta").saveAsTable("bench.activity")

                plain.append(timed(read_and_append))
                console.print(
                    f"round {number + 1}: ours {rows / ours[-1]:,.0f} rows/s, plain {rows / plain[-1]:,.0f} rows/s"
                )
        finally:
            server.down(settings)
    report("landing", ours, plain, f"{rows:,} rows x 30 columns ({size:.0f} MiB), ours against plain read and append")


@app.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """All workloads."""
    configure()
    if context.invoked_subcommand is None:
        build()
        landing()


if __name__ == "__main__":
    app()
