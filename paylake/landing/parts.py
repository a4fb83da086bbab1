"""Staged Parquet: one part per file and table, written with bounded memory and renamed when it is whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

FLUSH_CHARS = 8 << 20
FLUSH_ROWS = 20_000
BLOCK_ROWS = 1_000
_BESIDE = ThreadPoolExecutor(1)
"""Writes rows while the next ones are parsed."""

_Row = tuple[int, str | None, Sequence[str | None]]
"""Position in the file, what has no column as JSON, cells in the order of the columns."""

Cells = Sequence[str | None] | Any
"""The cells of a column: a sequence, or an Arrow array of strings."""

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


def part_folder(staging: str, batch: int, schema: str, table: str) -> str:
    """Where a batch's rows for a table are staged."""
    return f"{staging}/{batch}/{schema}/{table}"


def part_url(staging: str, batch: int, schema: str, table: str, file_id: str) -> str:
    """Where a file's rows for a table are staged."""
    return f"{part_folder(staging, batch, schema, table)}/{file_id}.parquet"


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
        self._writing: Future[None] | None = None
        self._pending: list[_Row] = []
        self._arrays: list[list[pa.Array]] = [[] for _ in range(len(self._columns) + 2)]
        self._chars = self._rows_taken = 0
        self.rows = 0

    def add(self, number: int, cells: Sequence[str | None], rescued: str | None, chars: int) -> None:
        """Add one row: its position in the file, its cells in the order of the columns, what is left over."""
        self._pending.append((number, rescued, cells))
        self._chars += chars
        if len(self._pending) >= BLOCK_ROWS or self._chars >= FLUSH_CHARS:
            self._take_pending()
            self._flush_when_full()

    def add_block(self, numbers: range, columns: Sequence[Cells | None], rescued: Cells | None, chars: int) -> None:
        """Add rows by their columns, in the order of the table's; None is a column of nulls."""
        self._take_pending()
        self._take(numbers, columns, rescued)
        self._chars += chars
        self._flush_when_full()

    def _take_pending(self) -> None:
        if self._pending:
            numbers, rescued, rows = zip(*self._pending, strict=True)
            self._pending = []
            self._take(numbers, tuple(zip(*rows, strict=True)), rescued)

    def _take(self, numbers: Sequence[int], columns: Sequence[Cells | None], rescued: Cells | None) -> None:
        nothing = pa.nulls(len(numbers), pa.string())
        given = (nothing if column is None else column for column in (rescued, *columns))
        cells = [column if isinstance(column, pa.Array) else pa.array(column, pa.string()) for column in given]
        for kept, array in zip(self._arrays, [pa.array(numbers, pa.int64()), *cells], strict=True):
            kept.append(array)
        self._rows_taken += len(numbers)

    def _flush_when_full(self) -> None:
        if self._chars >= FLUSH_CHARS or self._rows_taken >= FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        self._take_pending()
        count = self._rows_taken
        if not count:
            return
        if self._writer is None:
            self._fs.makedirs(self._path.rpartition("/")[0], exist_ok=True)
            self._file = self._fs.open(self._draft, "wb")
            self._writer = pq.ParquetWriter(self._file, self._schema, compression="snappy")
        numbers, rescued, *own = (pa.chunked_array(kept) for kept in self._arrays)
        moving = {"_record": numbers, "_rescued_data": rescued}
        arrays = [
            moving[name] if name in moving else pa.repeat(pa.scalar(self._constants[name], kind), count)
            for name, kind, _ in META
        ]
        self._wait()
        table = pa.Table.from_arrays([*arrays, *own], schema=self._schema)
        self._writing = _BESIDE.submit(self._writer.write_table, table)
        self.rows += count
        self._arrays = [[] for _ in self._arrays]
        self._chars = self._rows_taken = 0

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def close(self) -> int:
        """Finish the part and put it in its place; returns its bytes."""
        self._flush()
        if self._writer is None:
            return 0
        self._wait()
        self._writer.close()
        self._file.close()
        size = int(self._fs.size(self._draft))
        self._fs.mv(self._draft, self._path)
        return size

    def drop(self) -> None:
        """Remove the unfinished part."""
        if self._writer is not None:
            with suppress(OSError, pa.ArrowException):
                self._wait()
            with suppress(OSError, pa.ArrowException):
                self._writer.close()
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
