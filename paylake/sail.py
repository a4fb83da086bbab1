"""The fast lane: Sail, a second engine on loopback that reads the lake's bronze and writes a scratch warehouse.

Its catalog lives in its session. Everyone who works on one scratch warehouse therefore shares one session, by its id,
and whoever connects registers what the session does not know: after a restart the tables are there again.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from paylake.daemon import Daemon, ServerStatus, kept
from paylake.errors import SessionEnded
from paylake.session import connect
from paylake.settings import Settings
from paylake.warehouse import is_committed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

READ_FROM_SPARK = ("bronze_*.db",)
"""Schemas of Spark's warehouse that the fast lane sees; it writes none of them."""

A_WEEK = str(7 * 24 * 3600)


def daemon(settings: Settings) -> Daemon:
    """The lake's Sail server, running or not."""
    return Daemon(
        "Sail", settings.lake_path / "sail", settings.fast_port, "PAYLAKE_FAST_PORT", "paylake up --engine sail"
    )


def session_id(settings: Settings) -> str:
    """The session that all clients of a scratch warehouse share."""
    return kept(_session_file(settings), lambda: str(uuid.uuid4()))


def _session_file(settings: Settings) -> Path:
    return daemon(settings).folder / "sessions" / settings.scratch_path.name


def address(settings: Settings) -> str:
    """Spark Connect address of the scratch warehouse's session."""
    return f"{daemon(settings).address};session_id={session_id(settings)}"


def look(settings: Settings) -> ServerStatus:
    """The server's state, without side effects and in milliseconds."""
    return daemon(settings).look()


def up(settings: Settings) -> ServerStatus:
    """Start Sail unless it runs, and wait until it answers; heals the record of a dead one.

    Raises:
        MachineError: the port is taken, or the server ends while starting.
        LakeBusy: another start is under way.
    """
    sail = daemon(settings)
    with sail.starting():
        if (status := sail.look()).state == "running":
            return status
        sail.stop()
        sail.require_free_port()
        line = [sys.executable, "-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", str(sail.port)]
        # An idle session is forgotten after a quarter of an hour otherwise, and with it every registered table.
        environment = os.environ | {"SAIL_SPARK__SESSION_TIMEOUT_SECS": A_WEEK, "TZ": "UTC"}
        return sail.start(line, environment, "no token: every user of this machine can reach it")


def down(settings: Settings) -> ServerStatus:
    """Stop Sail by its own process id; the scratch warehouse stays on disk and is registered at the next connection.

    Raises:
        PaylakeError: it does not end even when killed.
    """
    return daemon(settings).stop()


def get_session(settings: Settings) -> SparkSession:
    """The session of the scratch warehouse, with bronze as Spark wrote it and every table built here.

    Raises:
        ServerNotRunning: Sail was not started, or crashed.
    """
    daemon(settings).require_running()
    try:
        spark = connect(address(settings), "Sail")
    except SessionEnded:  # and the server refuses its id for good
        _session_file(settings).unlink(missing_ok=True)
        spark = connect(address(settings), "Sail")
    register(spark, settings)
    return spark


def register(spark: SparkSession, settings: Settings) -> None:
    """Make the session know the tables on disk that it does not know yet."""
    known: dict[str, set[str]] = {}
    for schema, table, folder in _tables_on_disk(settings):
        if schema not in known:
            spark.sql(f"create schema if not exists `{schema}`")
            known[schema] = {row["tableName"] for row in spark.sql(f"show tables in `{schema}`").collect()}
        if table not in known[schema]:
            _point(spark, f"`{schema}`.`{table}`", folder)


def _point(spark: SparkSession, relation: str, folder: Path) -> None:
    spark.sql(f"create table if not exists {relation} using delta location '{quoted(folder)}'")


def quoted(folder: Path) -> str:
    """A path as it stands between quotes in SQL; `file:` addresses are not understood."""
    return str(folder).replace("\\", "\\\\").replace("'", "\\'")


def _tables_on_disk(settings: Settings) -> Iterator[tuple[str, str, Path]]:
    for pattern in READ_FROM_SPARK:
        for folder in sorted(settings.warehouse_path.glob(f"{pattern}/*")):
            if is_committed(folder):
                yield folder.parent.stem, folder.name, folder
    for table in sorted(settings.scratch_path.glob("*/*")):
        if newest := newest_generation(table):
            yield table.parent.name, table.name, newest


def newest_generation(table: Path) -> Path | None:
    """The folder of the last whole build in the folder of a table of a scratch warehouse."""
    return next((folder for folder in sorted(table.glob("*"), reverse=True) if is_committed(folder)), None)


def folder_of(settings: Settings, schema: str, table: str) -> Path:
    """Where a table that the fast lane sees stands: its last whole build there, or else in Spark's warehouse."""
    built = newest_generation(settings.scratch_path / schema / table)
    return built or settings.warehouse_path / f"{schema}.db" / table


def new_generation(settings: Settings, schema: str, table: str) -> Path:
    """A folder that was never written to, for one build of one table.

    Sail's `create or replace` keeps the old table's columns, and its `drop` the old table's rows: nothing is therefore
    ever written twice into one folder.
    """
    return settings.scratch_path / schema / table / f"{time.time_ns():020d}"


def adopt(spark: SparkSession, settings: Settings, schema: str, table: str, folder: Path) -> None:
    """Let the table be what a build wrote to a new folder, and remove the folders of earlier builds."""
    relation = f"`{schema}`.`{table}`"
    spark.sql(f"drop table if exists {relation}")
    _point(spark, relation, folder)
    for other in (settings.scratch_path / schema / table).iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def discard(settings: Settings, schema: str, table: str) -> None:
    """Remove a table's rows from disk, which Sail's `drop table` leaves there."""
    shutil.rmtree(settings.scratch_path / schema / table, ignore_errors=True)
