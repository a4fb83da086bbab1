"""Staged Parquet: one part per file and table, written with bounded memory and renamed when it is whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

FLUSH_CHARS = 8 << 20
FLUSH_ROWS = 20_000

META: tuple[tuple[str, pa.DataType, str], ...] = (
    ("_file_id", pa.string(), "STRING"),
    ("_file_path", pa.string(), "STRING"),
    ("_record", pa.int64(), "BIGINT"),
    ("_header_version", pa.string(), "STRING"),
    ("_ingested_at", pa.timestamp("us", tz="UTC"), "TIMESTAMP"),
    ("_batch", pa.int64(), "BIGINT"),
    ("_rescued_data", pa.string(), "STRING"),
)
"""Columns of every bronze table before its own: name, type in the staged part, type in the lake."""


def part_url(staging: str, batch: int, table: str, file_id: str) -> str:
    """Where a file's rows for a table are staged."""
    return f"{staging}/{batch}/{table}/{file_id}.parquet"


class Part:
    """Rows of one file for one table.

    Args:
        url: where the part is to stand.
        columns: the table's own columns.
        constants: value of each metadata column that is the same in the whole part.
    """

    def __init__(self, url: str, columns: Sequence[str], constants: Mapping[str, Any]) -> None:
        self._url, self._columns, self._constants = url, tuple(columns), constants
        fields = [pa.field(name, kind) for name, kind, _ in META] + [pa.field(name, pa.string()) for name in columns]
        self._schema = pa.schema(fields)
        self._fs, self._path = fsspec.core.url_to_fs(url)
        self._draft = f"{self._path.rpartition('/')[0]}/.{uuid4().hex}.draft"
        self._writer: pq.ParquetWriter | None = None
        self._file: Any = None
        self._numbers: list[int] = []
        self._rescued: list[str | None] = []
        self._rows: list[Sequence[str | None]] = []
        self._chars = 0
        self.rows = 0

    def add(self, number: int, cells: Sequence[str | None], rescued: str | None, chars: int) -> None:
        """Add one row: its position in the file, its cells in the order of the columns, what is left over."""
        self._numbers.append(number)
        self._rescued.append(rescued)
        self._rows.append(cells)
        self._chars += chars
        if self._chars >= FLUSH_CHARS or len(self._rows) >= FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        count = len(self._rows)
        if not count:
            return
        if self._writer is None:
            self._fs.makedirs(self._path.rpartition("/")[0], exist_ok=True)
            self._file = self._fs.open(self._draft, "wb")
            self._writer = pq.ParquetWriter(self._file, self._schema, compression="snappy")
        arrays = []
        for name, kind, _ in META:
            if name == "_record":
                arrays.append(pa.array(self._numbers, kind))
            elif name == "_rescued_data":
                arrays.append(pa.array(self._rescued, kind))
            else:
                arrays.append(pa.repeat(pa.scalar(self._constants[name], kind), count))
        arrays += [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.rows += count
        self._numbers, self._rescued, self._rows, self._chars = [], [], [], 0

    def close(self) -> int:
        """Finish the part and put it in its place; returns its bytes."""
        self._flush()
        if self._writer is None:
            return 0
        self._writer.close()
        self._file.close()
        size = int(self._fs.size(self._draft))
        self._fs.mv(self._draft, self._path)
        return size

    def drop(self) -> None:
        """Remove the unfinished part."""
        if self._file is not None:
            self._file.close()
            if self._fs.exists(self._draft):
                self._fs.rm_file(self._draft)


def constants(file_id: str, path: str, header_version: str, at: datetime, batch: int) -> dict[str, Any]:
    """Metadata that all rows of a file share."""
    return {
        "_file_id": file_id,
        "_file_path": path,
        "_header_version": header_version,
        "_ingested_at": at,
        "_batch": batch,
    }
