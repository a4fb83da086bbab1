"""What a trace found, for people, for programs and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from paylake.lineage.places import MOST_RECORDS
from paylake.lineage.records import Record

_TEXTS = pa.map_(pa.string(), pa.string())
SCHEMA = pa.schema(
    {
        "hop": pa.int64(),
        "table": pa.string(),
        "file": pa.string(),
        "file_id": pa.string(),
        "record": pa.int64(),
        "batch": pa.int64(),
        "landed_at": pa.timestamp("us", tz="UTC"),
        "found": pa.map_(pa.string(), pa.list_(pa.string())),
        "identifiers": _TEXTS,
        "values": _TEXTS,
    }
)


@dataclass(frozen=True)
class NotFollowed:
    """An identifier of a found record that led no further, and why."""

    identifier: str
    column: str
    reason: str


@dataclass(frozen=True)
class Trace:
    """The records of one identifier.

    Args:
        provider: the provider's name.
        identifier: what was traced.
        records: one for each record of a file and table, by file in the order of landing.
        not_followed: identifiers that led no further.
        looked_in: tables that were looked in: those with rows.
        is_cut: whether there were more records than a look returns.
    """

    provider: str
    identifier: str
    records: tuple[Record, ...]
    not_followed: tuple[NotFollowed, ...]
    looked_in: tuple[str, ...]
    is_cut: bool = False

    def by_file(self) -> Iterator[tuple[Record, list[Record]]]:
        """The records of each file behind its first one, in the order of landing."""
        for _, group in groupby(self.records, key=lambda record: record.file_id):
            own = list(group)
            yield own[0], own

    @property
    def notes(self) -> list[str]:
        """What a reader must know besides: identifiers that were not followed, and records that are not shown."""
        cut = f"There are more records than {MOST_RECORDS:,}: only some are shown."
        return [cut] * self.is_cut + [
            f"not followed: {one.identifier} ({one.column}): {one.reason}" for one in self.not_followed
        ]

    def to_arrow(self) -> pa.Table:
        """The records as a table: one row for each record of a file and bronze table."""
        return pa.Table.from_pylist([asdict(record) for record in self.records], schema=SCHEMA)

    def to_dict(self) -> dict[str, Any]:
        """The trace for JSON."""
        return asdict(self) | {"records": [record.to_dict() for record in self.records]}
