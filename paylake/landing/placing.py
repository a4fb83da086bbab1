"""Where the cells of a text export go: a header's names to columns of bronze, and what no column claims to rescue."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from paylake.landing import cards
from paylake.landing.documents import cell_text
from paylake.landing.scan import (
    EDGE,
    joined,
    may_hold_json,
    scan_column,
    scan_json_cells,
    scan_verification,
)
from paylake.landing.verification import is_verification
from paylake.providers import Refused
from paylake.providers.formats import Format
from paylake.providers.layouts import missing_columns
from paylake.providers.provider import Column

MOST_KNOWN = 20_000
"""Distinct cells of a column that are remembered to be written as they must."""
SHOWN = 40
"""Characters of a cell that a message shows."""
_EXCEL = re.compile(r"-?\d(\.\d+)?E\+\d{1,3}")
_ESCAPED = r'[\x00-\x1f"\\]'
"""Characters that JSON does not take as they are."""
_ENCODE = msgspec.json.Encoder().encode


def distinct_names(header: Sequence[str]) -> list[str]:
    """The header's names, the second of a name as `name#2`."""
    names: list[str] = []
    for name in header:
        others = (f"{name}#{number}" for number in count(2))
        names.append(name if name not in names else next(other for other in others if other not in [*names, *header]))
    return names


def is_excel_number(cell: str) -> bool:
    """Whether a reference was saved as a number by a spreadsheet, which keeps but some of its digits."""
    return _EXCEL.fullmatch(cell.strip()) is not None


def misfit(name: str, cell: str, form: Format, record: int) -> Refused:
    """A cell that is written in another way than its column's."""
    shown = cards.mask(cell)
    shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
    reason = f"{shown!r} in column {name!r} is not {form.told}: see whether its meaning changed"
    return Refused(reason, record, is_releasable=True)


def check_formats(columns: Sequence[Column], cells: Mapping[str, str], record: int) -> None:
    """Look for members of a JSON object that are written in another way than their column's.

    Raises:
        Refused: naming the record and the key; a required key is missing.
    """
    for column in columns:
        name = column.headers[0]
        if name not in cells:
            if column.is_required:
                raise Refused(f"an object without {name!r}", record, is_releasable=True)
        elif column.format and (text := (cell_text(cells[name]) or "").strip()) and not column.format.fits(text):
            raise misfit(name, text, column.format, record)


def json_objects(names: Sequence[str], columns: Sequence[pa.StringArray]) -> pa.StringArray:
    """A JSON object of texts for each row of the columns."""
    if any(pc.any(pc.match_substring_regex(cells, _ESCAPED)).as_py() for cells in columns):
        rows = zip(*(cells.to_pylist() for cells in columns), strict=True)
        return pa.array([_ENCODE(dict(zip(names, row, strict=True))).decode() for row in rows], pa.string())
    pieces: list[Any] = []
    for name, cells in zip(names, columns, strict=True):
        pieces += [f'{"," if pieces else "{"}{_ENCODE(name).decode()}:"', cells, '"']
    return pc.binary_join_element_wise(*pieces, "}", "")


class Placement:
    """A header of one bronze table, and the way of its cells.

    Args:
        header: the names as the file has them.
        columns: the table's columns.
        identifiers: further names that hold references.
        is_checked: whether cells must be written in the formats of their columns.

    Raises:
        Refused: a required column is missing, or a name holds a card number.
    """

    def __init__(
        self, header: Sequence[str], columns: Sequence[Column], identifiers: Collection[str], is_checked: bool
    ) -> None:
        if card := cards.find(EDGE.join(header)):
            raise Refused(f"{card} in the header")
        if missing := missing_columns(columns, header):
            raise Refused(f"a header without the column(s) {', '.join(missing)}")
        self.names = distinct_names(header)
        place = {name: at for at, name in enumerate(self.names)}
        claimed: dict[int, Column] = {}
        self.sources: list[int | None] = []
        for column in columns:
            found = (place[name] for name in column.headers if name in place and place[name] not in claimed)
            at = next(found, None)
            self.sources.append(at)
            if at is not None:
                claimed[at] = column
        self.rescued = [at for at in range(len(self.names)) if at not in claimed]
        self._is_identifier = [
            claimed[at].is_identifier if at in claimed else name in identifiers for at, name in enumerate(self.names)
        ]
        self._formats = {at: column.format for at, column in claimed.items() if column.format and is_checked}
        self._known: dict[int, set[str]] = {at: set() for at in self._formats}
        self._excel: dict[int, tuple[int, int]] = {}

    def check(self, columns: Sequence[pa.StringArray], record: int) -> int:
        """Look for card numbers and for cells that are written in another way than their column's.

        Returns:
            Bytes of the cells.

        Raises:
            Refused: naming the record and the column.
        """
        whole = joined(pa.concat_arrays(columns))
        may_hold_cards, may_be_json = cards.may_hold(whole), may_hold_json(whole)
        for at, (name, cells) in enumerate(zip(self.names, columns, strict=True)):
            if is_verification(name):
                scan_verification(name, cells.to_pylist(), record)
            if may_hold_cards and cards.may_hold(joined(cells)):
                scan_column(name, cells.to_pylist(), self._is_identifier[at], record)
            if may_be_json and may_hold_json(cells):
                scan_json_cells(name, cells.to_pylist(), record)
            if self._is_identifier[at]:
                self._note_excel(at, cells, record)
            if at in self._formats:
                self._check_format(at, cells, record)
        return sum(column.get_total_buffer_size() for column in columns)

    def _note_excel(self, at: int, cells: pa.StringArray, record: int) -> None:
        suspects = pc.indices_nonzero(pc.match_substring(cells, "E+"))
        damaged = [record + row for row in suspects.to_pylist() if is_excel_number(cells[row].as_py())]
        if damaged:
            before, first = self._excel.get(at, (0, damaged[0]))
            self._excel[at] = before + len(damaged), first

    def _check_format(self, at: int, cells: pa.StringArray, record: int) -> None:
        known, form = self._known[at], self._formats[at]
        new = set(cells.unique().to_pylist()) - known
        for cell in new:
            text = cell.strip()
            if text and not form.fits(text) and not (self._is_identifier[at] and is_excel_number(text)):
                raise misfit(self.names[at], text, form, record + cells.index(cell).as_py())
        if len(known) < MOST_KNOWN:
            known |= new

    def left_over(self, columns: Sequence[pa.StringArray]) -> pa.StringArray | None:
        """For each row the JSON of its cells without a column; None where all have one."""
        if not self.rescued:
            return None
        return json_objects([self.names[at] for at in self.rescued], [columns[at] for at in self.rescued])

    def notices(self) -> list[str]:
        """What a person may want to know of the file, and what does not keep it out."""
        told = []
        if self.rescued:
            names = ", ".join(repr(self.names[at]) for at in self.rescued)
            told.append(f"no column for {names}: the cells are in _rescued_data")
        for at, (cells, first) in self._excel.items():
            told.append(
                f"a spreadsheet damaged numbers in column {self.names[at]!r} (cells: {cells}, the first in record "
                f"{first}): they are kept as sent"
            )
        return told
