"""Bronze and the ledger in Delta: tables as they must be, and commits that happen once however often they are tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import reduce
from typing import Any, TypeVar

import fsspec
import pyarrow as pa

from paylake.calendars.expected import Expected
from paylake.landing import workers
from paylake.landing.ledger import Entry, Ledger
from paylake.landing.parts import META
from paylake.landing.staging import FileTask, Staged
from paylake.providers import Provider

OPS = "bronze_ops"
WRITERS = 4
LARGE = 8 << 20
"""Staged bytes of a table from which generated code pays for its compilation."""
FILE_BYTES = 32 << 20
"""Staged bytes for one file of bronze: a large append has work for several cores."""
_CODEGEN = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
_RACES = ("CONCURRENT", "ALREADY_EXISTS", "DELTA_PROTOCOL_CHANGED", "Concurrent")
_TRIES = 6

FILES = {
    "batch": "BIGINT", "file_id": "STRING", "state": "STRING", "path": "STRING", "path_key": "STRING",
    "size": "BIGINT", "modified": "STRING", "provider": "STRING", "export": "STRING", "header_version": "STRING",
    "rows": "STRING", "cells": "BIGINT", "rescued": "BIGINT", "reason": "STRING", "parser": "STRING",
    "at": "TIMESTAMP", "bytes": "BIGINT", "notices": "STRING", "is_releasable": "BOOLEAN",
    "archive": "STRING", "member": "STRING", "covers_from": "STRING", "covers_to": "STRING",
    "decided_by": "STRING", "because": "STRING",
}  # fmt: skip
BATCHES = {
    "batch": "BIGINT",
    "state": "STRING",
    "files": "BIGINT",
    "rows": "BIGINT",
    "quarantined": "BIGINT",
    "at": "TIMESTAMP",
}
EXPECTED = {
    "provider": "STRING",
    "export": "STRING",
    "cadence": "STRING",
    "first_day": "DATE",
    "last_day": "DATE",
    "due_at": "TIMESTAMP",
    "is_due": "BOOLEAN",
    "name": "STRING",
}
_ARROW = {
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "STRING": pa.string(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
}
_APPEND_ONLY = ", 'delta.appendOnly' = 'true'"

T = TypeVar("T")


def retrying(work: Callable[[], T]) -> T:
    """Do the work; again when another commit came between: a killed landing's last one may still run in the server."""
    for attempt in range(_TRIES):
        try:
            return work()
        except Exception as error:
            if attempt == _TRIES - 1 or not any(sign in str(error) for sign in _RACES):
                raise
            time.sleep(0.5 * (attempt + 1))
    raise AssertionError("unreachable")


def _ddl(columns: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` {kind}" for name, kind in columns.items())


def bronze_columns(own: Iterable[str]) -> dict[str, str]:
    """Columns of a bronze table: metadata first, where Delta keeps statistics, then the export's own."""
    return {name: kind for name, _, kind in META} | dict.fromkeys(own, "STRING")


class DeltaLake:
    """Bronze tables, their ledger and the staging workers on a server.

    Args:
        spark: a session.
    """

    def __init__(self, spark: Any) -> None:
        self._spark = spark
        self.ledger: Ledger = DeltaLedger(self, spark)

    def stage(self, tasks: Sequence[FileTask], cores: int | None) -> dict[str, Staged]:
        """Parse and stage files in the workers; verdicts by file."""
        return workers.stage(self._spark, tasks, cores)

    def _tables(self, schema: str) -> set[str]:
        self._spark.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        return {row["tableName"] for row in self._spark.sql(f"SHOW TABLES IN {schema}").collect()}

    def ensure(self, schema: str, tables: Mapping[str, Mapping[str, str]], replaced: Collection[str] = ()) -> None:
        """Create the tables that are missing, some at a time; rows are only added, but to those that are `replaced`."""
        missing = [table for table in tables if table not in self._tables(schema)] if tables else []

        def create(table: str) -> None:
            statement = (
                f"CREATE TABLE IF NOT EXISTS {schema}.{table} ({_ddl(tables[table])}) USING DELTA "
                f"TBLPROPERTIES ('delta.dataSkippingNumIndexedCols' = '7'{'' if table in replaced else _APPEND_ONLY})"
            )
            retrying(lambda: self._spark.sql(statement).collect())

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(create, missing))

    def widen(self, table: str, columns: Mapping[str, str]) -> None:
        """Add the columns that a table of an older version lacks."""
        there = set(self._spark.table(table).columns)
        missing = {name: kind for name, kind in columns.items() if name not in there}
        if missing:
            retrying(lambda: self._spark.sql(f"ALTER TABLE {table} ADD COLUMNS ({_ddl(missing)})").collect())

    def ensure_provider(self, provider: Provider) -> None:
        """All tables of a provider, so that models find their sources before the first row of a kind arrives."""
        tables = {table: bronze_columns(own) for table, own in provider.tables.items()}
        self.ensure(provider.schema, tables)
        if provider.mapping:
            for table, columns in tables.items():
                self.widen(f"{provider.schema}.{table}", columns)

    def append(self, provider: Provider, table: str, folder: str, batch: int, size: int) -> None:
        """Add a batch's staged rows of one table in one commit; a second time, or with nothing staged, adds nothing."""
        fs, path = fsspec.core.url_to_fs(folder)
        if not fs.exists(path):
            return
        schema = _ddl(bronze_columns(provider.tables[table]))
        frame = self._spark.read.schema(schema).option("pathGlobFilter", "*.parquet").parquet(folder)
        frame = frame.coalesce(max(1, -(-size // FILE_BYTES)))
        self.commit(frame, f"{provider.schema}.{table}", f"paylake.land.{table}", batch)

    def commit(self, frame: Any, table: str, app: str, version: int) -> None:
        """One commit, once per application and version, which its history names as `<app> <version>`."""
        writer = frame.write.format("delta").mode("append").option("txnAppId", app).option("txnVersion", version)
        retrying(lambda: writer.option("userMetadata", f"{app} {version}").saveAsTable(table))

    def appended(self, provider: Provider, tables: Sequence[str], batch: int) -> dict[str, int]:
        """Rows of a batch per table: as its commit says while that is the table's last one, else counted."""

        def last_commit(table: str) -> int | None:
            commit = self._spark.sql(f"DESCRIBE HISTORY {provider.schema}.{table} LIMIT 1").collect()[0]
            is_ours = commit["userMetadata"] == f"paylake.land.{table} {batch}"
            return int(commit["operationMetrics"]["numOutputRows"]) if is_ours else None

        with ThreadPoolExecutor(WRITERS) as pool:
            told = dict(zip(tables, pool.map(last_commit, tables), strict=True))
        counted = self.counts(provider, [table for table, rows in told.items() if rows is None], batch)
        return {table: counted[table] if rows is None else rows for table, rows in told.items()}

    @contextmanager
    def tuned(self) -> Iterator[None]:
        """Generated code for large appends: the session's defaults suit the small statements of models."""
        before = {name: self._spark.conf.get(name, None) for name in _CODEGEN}
        for name in before:
            self._spark.conf.set(name, _CODEGEN[name])
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    self._spark.conf.unset(name)
                else:
                    self._spark.conf.set(name, value)

    def counts(self, provider: Provider, tables: Sequence[str], batch: int, file_id: str = "") -> dict[str, int]:
        """Rows of a batch, or of one of its files, per table, in one statement."""
        where = f"_batch = {batch}" + (f" AND _file_id = '{file_id}'" if file_id else "")
        frames = [
            self._spark.table(f"{provider.schema}.{table}").where(where).selectExpr(f"'{table}' AS t", "1 AS n")
            for table in tables
        ]
        if not frames:
            return {}
        found = reduce(lambda one, other: one.unionAll(other), frames).groupBy("t").sum("n").collect()
        return dict.fromkeys(tables, 0) | {row[0]: row[1] for row in found}


class DeltaLedger:
    """The ledger in `bronze_ops`.

    Args:
        lake: the lake it belongs to.
        spark: a session.
    """

    def __init__(self, lake: DeltaLake, spark: Any) -> None:
        self._lake, self._spark = lake, spark
        tables = {"files": FILES, "batches": BATCHES, "expected_files": EXPECTED}
        lake.ensure(OPS, tables, replaced=("expected_files",))
        lake.widen(f"{OPS}.files", FILES)

    def entries(self) -> list[Entry]:
        """All entries ever written."""
        names = [f.name for f in fields(Entry)]
        rows = self._spark.table(f"{OPS}.files").select(*names).toArrow().to_pylist()
        told = ({name: value for name, value in row.items() if value is not None} for row in rows)
        return [Entry(**{**row, "at": row["at"].timestamp()}) for row in told]

    def landed_batches(self) -> set[int]:
        """Batches whose landing is written down."""
        return {row["batch"] for row in self._spark.table(f"{OPS}.batches").collect()}

    def add(self, state: str, batch: int, entries: Sequence[Entry]) -> None:
        """Add the entries of one step of a batch in one commit; a second commit of the same step adds nothing."""
        rows = [asdict(e) | {"at": datetime.fromtimestamp(e.at, UTC)} for e in entries]
        self._add("files", FILES, rows, f"paylake.ledger.{state}", batch)

    def land(self, batch: int, files: int, rows: int, quarantined: int) -> None:
        """Write down that a batch landed; once."""
        row = {
            "batch": batch,
            "state": "landed",
            "files": files,
            "rows": rows,
            "quarantined": quarantined,
            "at": datetime.now(UTC),
        }
        self._add("batches", BATCHES, [row], "paylake.ledger.batches", batch)

    def expect(self, files: Sequence[Expected]) -> None:
        """Let these be the files that are expected, in one commit; none where they are already."""
        table = f"{OPS}.expected_files"
        wanted = as_table(EXPECTED, [asdict(file) for file in files])
        if rows_of(self._spark.table(table).toArrow()) != rows_of(wanted):
            frame = self._spark.createDataFrame(wanted)
            retrying(lambda: frame.write.format("delta").mode("overwrite").saveAsTable(table))

    def _add(self, table: str, columns: Mapping[str, str], rows: list[dict[str, Any]], app: str, batch: int) -> None:
        self._lake.commit(self._spark.createDataFrame(as_table(columns, rows)), f"{OPS}.{table}", app, batch)


def as_table(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of the columns, given with their types in the lake."""
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
    return pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema=schema)


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """Rows of a table, in an order of their own; instants in UTC, which is also what one without a zone is in."""
    return sorted(tuple(map(_in_utc, row.values())) for row in table.to_pylist())


def _in_utc(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
