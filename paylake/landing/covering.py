"""Which days a file covers, as its rows or its frames say; nothing where one of them cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from paylake.providers.provider import Days, Frame


class Cover:
    """The days that were seen of one file.

    Args:
        declared: where they stand.
    """

    def __init__(self, declared: Days) -> None:
        self._declared = declared
        self._length = None if declared.layout else len("2026-01-31")
        self._seen: set[str] = set()

    def add_rows(self, table: Sequence[str], cells: Sequence[pa.StringArray | None]) -> None:
        """See the days of some rows, given a table's columns and the cells of each."""
        for name in self._declared.columns:
            if name in table and (own := cells[table.index(name)]) is not None:
                self._add(pc.unique(pc.utf8_slice_codeunits(own, 0, self._length)).to_pylist())

    def add_frame(self, frame: Frame) -> None:
        """See the days that a frame names, where it is of the declared kind."""
        if frame.kind == self._declared.frame:
            self._add(frame.cells[1:3])

    def _add(self, cells: Iterable[str]) -> None:
        self._seen.update(cell[: self._length].strip() for cell in cells)

    def days(self) -> tuple[str, str]:
        """The first and the last day as ISO dates; empty where none is sure."""
        try:
            found = [self._read(text) for text in self._seen if text]
        except ValueError:
            found = []
        return (min(found).isoformat(), max(found).isoformat()) if found else ("", "")

    def _read(self, text: str) -> date:
        if layout := self._declared.layout:
            return datetime.strptime(text, layout).date()
        return date.fromisoformat(text.replace("/", "-"))
