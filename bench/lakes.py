"""Lakes to measure on: a simulated merchant landed once, on our server, and the same bronze on a stock server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench import sides
from bench.counting import BUILD
from bench.report import say
from paylake import launch, sail, server
from paylake.daemon import free_port
from paylake.landing import land
from paylake.session import get_session
from paylake.settings import Settings
from paylake.simulator import simulate

START = date(2025, 1, 1)
MEMORY_MB = 3072

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

NEEDED = {
    "spark.master",
    "spark.app.name",
    "spark.connect.authenticate.token",
    "spark.connect.grpc.binding.address",
    "spark.connect.grpc.binding.port",
    "spark.connect.grpc.maxInboundMessageSize",
    "spark.driver.host",
    "spark.driver.bindAddress",
    "spark.ui.enabled",
    "spark.local.dir",
    "spark.log.level",
    "spark.sql.connect.serverStacktrace.enabled",
    "spark.sql.extensions",
    "spark.sql.catalog.spark_catalog",
    "spark.sql.catalogImplementation",
    "spark.hadoop.javax.jdo.option.ConnectionURL",
    "spark.sql.warehouse.dir",
    "spark.sql.sources.default",
    "spark.sql.session.timeZone",
    "spark.sql.ansi.enabled",
}
"""Settings that any local Delta server needs, or that decide results rather than speed: equal on both sides."""

COPIED = ("bronze_*.db", "silver_*.db", "gold_*.db")
"""Schemas that a stock server gets as we built them; what dbt drops before it makes it anew, it makes itself."""


@dataclass(frozen=True)
class Volume:
    """How much a simulated merchant does."""

    customers: int
    days: int

    def __str__(self) -> str:
        return f"{self.customers} customers x {self.days} days"


def settings_of(folder: Path, **changes: Any) -> Settings:
    """Settings of a lake of the bench, whatever the user's own say."""
    fixed: dict[str, Any] = {
        "remote": None,
        "landing": None,
        "jvm_options": None,
        "spark_conf": {},
        "memory_mb": MEMORY_MB,
    }
    ports = {"port": free_port(), "fast_port": free_port(), "scratch": "bench"}
    project = sides.copy_project(folder / "project")
    return Settings(project=project, lake=folder / "lake", **(fixed | ports | changes))


def stock_settings(folder: Path) -> Settings:
    """Settings of a lake whose server has Spark's and Delta's own defaults.

    Raises:
        LookupError: Paylake's server sets something that nothing here knows Spark's default of.
    """
    settings = settings_of(folder, spark_conf=STOCK, jvm_options=[])
    set_here = {name for name in launch.configuration(settings, folder, "") if not name.startswith("spark.paylake.")}
    if unknown := set_here - NEEDED - STOCK.keys():
        raise LookupError(f"bench/lakes.py has to say what stock Spark has for {', '.join(sorted(unknown))}.")
    return settings


class Lakes:
    """The lakes of one run, made when a workload first asks for them; everything ends with the run.

    Args:
        folder: the run's folder.
        volume: of the merchant.
        stack: what stops the servers.
    """

    def __init__(self, folder: Path, volume: Volume, stack: ExitStack) -> None:
        self.folder, self.volume, self._stack = folder, volume, stack

    @cached_property
    def ours(self) -> Settings:
        """Our lake: landed, its Spark server up."""
        say(f"Landing a merchant of {self.volume} ...")
        settings = settings_of(self.folder / "ours")
        merchant = self.folder / "merchant"
        simulate(seed=1, customers=self.volume.customers, start=START, days=self.volume.days, out=merchant)
        self._stack.callback(server.down, settings)
        server.up(settings)
        land([str(merchant / "exports")], settings)
        return settings

    @cached_property
    def fast(self) -> Settings:
        """Our lake with the fast lane up, built once."""
        self._stack.callback(sail.down, self.ours)
        say("Building on the fast lane for the first time ...")
        sail.up(self.ours)
        sides.ours(self.ours, "fast").run(*BUILD)
        return self.ours

    @cached_property
    def built(self) -> Settings:
        """Our lake, built once on Spark."""
        side = sides.ours(self.ours)
        say("Building on Spark for the first time ...")
        side.run(*BUILD)
        return self.ours

    @cached_property
    def stock(self) -> Settings:
        """A lake with copies of our tables behind a server with stock settings; seeds and snapshots are its own."""
        settings = stock_settings(self.folder / "stock")
        copied = (schema for kind in COPIED for schema in self.built.warehouse_path.glob(kind))
        for schema in copied:
            shutil.copytree(schema, settings.warehouse_path / schema.name)
        self._stack.callback(server.down, settings)
        say("Starting a stock server on copies of the tables ...")
        server.up(settings)
        spark = get_session(settings)
        for table in sorted(settings.warehouse_path.glob("*.db/*")):
            name = table.parent.stem
            spark.sql(f"create schema if not exists {name}").collect()
            spark.sql(f"create table {name}.{table.name} using delta location '{table}'").collect()
        spark.stop()
        sides.stock_warm(settings).run("seed")
        return settings

    @cached_property
    def bronze(self) -> Path:
        """Bronze as one Parquet file a table, for a peer that reads no Delta without an extension from the network."""
        spark = sail.get_session(self.fast)
        for table in sorted(self.ours.warehouse_path.glob("bronze_*.db/*")):
            file = self.folder / "bronze" / table.parent.stem / f"{table.name}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(spark.table(f"{table.parent.stem}.{table.name}").toArrow(), file)
        return self.folder / "bronze"


@contextmanager
def lakes(volume: Volume) -> Iterator[Lakes]:
    """The lakes of one run; its servers are stopped and its files removed however it ends."""
    with tempfile.TemporaryDirectory(prefix="paylake-bench-") as folder, ExitStack() as stack:
        yield Lakes(Path(folder), volume, stack)
