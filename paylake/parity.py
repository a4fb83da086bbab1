"""Parity: every silver and gold table as Spark built it, compared with the same table as the fast lane built it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from paylake import sail, session
from paylake.settings import Settings

SCHEMAS = ("seeds", "silver_", "gold_")
EXCLUDED: dict[str, str] = {}
"""Tables that are not compared, each with its reason. Snapshots are none of these: the fast lane has no past."""

SHOWN = 5


@dataclass(frozen=True)
class Fingerprint:
    """What is compared of a table: columns with their types in order, rows, and the sum of the rows' hashes."""

    columns: tuple[tuple[str, str], ...]
    rows: int
    content: int


@dataclass
class Comparison:
    """One table on both engines; `only_spark` and `only_sail` are some of the rows that only one of them has."""

    table: str
    spark: Fingerprint | None
    sail: Fingerprint | None
    only_spark: list[str] = field(default_factory=list)
    only_sail: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether both engines built the same table."""
        return self.spark is not None and self.spark == self.sail

    @property
    def difference(self) -> str:
        """What differs, in a sentence; empty where nothing does."""
        if self.is_equal:
            return ""
        if self.spark is None or self.sail is None:
            return f"not built by {'Spark' if self.spark is None else 'Sail'}"
        if self.spark.columns != self.sail.columns:
            theirs = dict(self.sail.columns)
            found = [f"{n} {t} / {theirs.get(n, 'missing')}" for n, t in self.spark.columns if theirs.get(n) != t]
            more = [f"{n} only on Sail" for n in theirs if n not in dict(self.spark.columns)]
            return "columns (Spark / Sail): " + ("; ".join(found + more) or "in another order")
        if self.spark.rows != self.sail.rows:
            return f"{self.spark.rows:,} rows on Spark, {self.sail.rows:,} on Sail"
        return "the same number of rows, of other content"


def canonical_rows(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Rows as texts that are equal exactly where the rows are; a value's type is the column's affair."""
    for row in rows:
        yield json.dumps(row, default=str, sort_keys=True)


def fingerprint(columns: Iterable[tuple[str, str]], rows: Iterable[str]) -> Fingerprint:
    """Fingerprint of a table, whatever the order of its rows."""
    hashes = [int.from_bytes(hashlib.blake2b(row.encode(), digest_size=16).digest()) for row in rows]
    return Fingerprint(tuple(columns), len(hashes), sum(hashes))


def compare_rows(
    table: str,
    columns: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]],
    rows: tuple[list[str], list[str]],
) -> Comparison:
    """Compare one table, given its columns and canonical rows on Spark and on Sail."""
    found = Comparison(table, fingerprint(columns[0], rows[0]), fingerprint(columns[1], rows[1]))
    if not found.is_equal:
        ours, theirs = Counter(rows[0]), Counter(rows[1])
        found.only_spark = sorted((ours - theirs).elements())[:SHOWN]
        found.only_sail = sorted((theirs - ours).elements())[:SHOWN]
    return found


def compare(settings: Settings, tables: Iterable[str] = ()) -> Iterator[Comparison]:
    """Compare the tables of both engines (default: every seed, silver and gold table that either has).

    The tables are fetched and hashed here, so that a function that one engine computes otherwise cannot hide in the
    comparison itself.

    Raises:
        ServerNotRunning: one of the servers does not run.
    """
    engines = (session.get_session(settings), sail.get_session(settings))
    found = tuple(set(_tables(engine)) for engine in engines)
    for table in sorted(set(tables) or (found[0] | found[1]) - set(EXCLUDED)):
        read = [_read(engine, table) if table in has else None for engine, has in zip(engines, found, strict=True)]
        if read[0] and read[1]:
            yield compare_rows(table, (read[0][0], read[1][0]), (read[0][1], read[1][1]))
        else:
            built = [fingerprint(*side) if side else None for side in read]
            yield Comparison(table, built[0], built[1])


def _tables(engine: Any) -> Iterator[str]:
    for row in engine.sql("show databases").collect():
        if row[0].startswith(SCHEMAS):
            shown = engine.sql(f"show tables in {row[0]}").collect()
            yield from (f"{row[0]}.{table['tableName']}" for table in shown if not table["isTemporary"])


def _read(engine: Any, table: str) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    frame = engine.table(table)
    columns = tuple((f.name, f.dataType.simpleString()) for f in frame.schema.fields)
    return columns, list(canonical_rows(frame.toArrow().to_pylist()))
