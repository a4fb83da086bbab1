"""Writes rows as Parquet, byte for byte the same for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from paylake.simulator import clock

OPEN_END = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "at": pa.timestamp("us", tz="UTC"),
}


def write_table(path: Path, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows under typed columns; instants are given as epoch seconds. Returns the number of rows."""
    schema = pa.schema([(name, TYPES[kind]) for name, kind in columns.items()])
    listed = list(rows)
    data = {
        name: [clock.at(row[name]) if kind == "at" and row[name] is not None else row[name] for row in listed]
        for name, kind in columns.items()
    }
    pq.write_table(pa.table(data, schema=schema), path, compression="zstd")
    return len(listed)


def columns(spec: str) -> dict[str, str]:
    """Columns from `name:type` words; a name's ending tells the type where none is given."""
    result = {}
    for word in spec.split():
        name, _, kind = word.partition(":")
        if not kind:
            if name.endswith("_at") or name in ("valid_from", "valid_to"):
                kind = "at"
            elif name.endswith(("_minor", "_count", "_days", "_customers", "_number", "quantity")):
                kind = "int"
            elif name.startswith(("is_", "has_")):
                kind = "flag"
            else:
                kind = "date" if name == "month" else "text"
        result[name] = kind
    return result
