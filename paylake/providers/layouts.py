"""Layouts that several providers share: how the lines of a text export hold its rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from paylake.providers.provider import Block, Column, Export, Frame, Layout
from paylake.providers.refused import MissingColumns, Refused
from paylake.providers.text import Lines, cells_of, columns_of, unquoted_at_end

BLOCK = 1_000
"""Rows that are handed on at once."""
PREAMBLE = 30
"""Rows that may stand before a header."""
NEARLY = (3, 2 / 3)
"""How many, and which part, of the required columns make a header that is nearly an export's."""

FrameOf = Callable[[Sequence[str]], str | None]


def no_frame(_: Sequence[str]) -> None:
    """For layouts whose every line after the header is a row."""


def missing_columns(columns: Sequence[Column], header: Sequence[str]) -> list[str]:
    """Newest names of the required columns that a header has under none of their names."""
    present = set(header)
    return [column.headers[0] for column in columns if column.is_required and present.isdisjoint(column.headers)]


def names_of(row: Sequence[str]) -> list[str]:
    """A header's names, without the spaces around them."""
    return [name.strip() for name in row]


def ragged(cells: int, names: int) -> str:
    """Why a row must not land that is not as wide as its header."""
    return f"{cells} cells under {names} names: under which ones they belong cannot be told, get the file again"


def delimited(
    delimiter: str = ",", *, quotes: bool = True, frame_of: FrameOf = no_frame, may_lack: int = 0, table: str = ""
) -> Layout:
    """Rows of one table under one header.

    The header is the first row with all required columns; what stands before it is the preamble. Blank lines hold no
    cells and are passed over. Rows and frames are counted together, from 1.

    Args:
        delimiter: what stands between cells.
        quotes: whether cells may be quoted.
        frame_of: the kind of frame that a row after the header is (a trailer, a total); None for the table's rows.
        may_lack: how many cells at its end a row may lack, where the provider is known to write so.
        table: the bronze table; the export's only one when it has one.
    """

    def layout(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
        name = table or next(iter(export.columns))
        record = 0
        try:
            before, header = _header(cells_of(lines, delimiter, quotes), export.columns[name])
        except csv.Error as error:
            raise Refused(f"malformed CSV header: {error}") from None
        for record, cells in enumerate(before, 1):
            yield Frame("preamble", cells, record)
        yield Block.of(name, header, (), record + 1)
        for piece in unquoted_at_end(lines.pieces()) if quotes else lines.pieces():
            if isinstance(piece, str) and frame_of is no_frame:
                columns = columns_of(piece, len(header), delimiter, quotes)
                if columns is not None:
                    yield Block(name, header, columns, record + 1)
                    record += len(columns[0])
                    continue
            rest = Lines((piece,)) if isinstance(piece, str) else piece
            for rows in _pieces(cells_of(rest, delimiter, quotes), record):
                for part in _parts(rows, len(header), record, frame_of, may_lack):
                    if isinstance(part, Frame):
                        yield part
                        record = part.record
                    else:
                        yield Block.of(name, header, part, record + 1)
                        record += len(part)

    return layout


def _header(reader: Iterator[list[str]], columns: Sequence[Column]) -> tuple[list[list[str]], list[str]]:
    required = sum(column.is_required for column in columns)
    before: list[list[str]] = []
    nearest: tuple[int, list[str]] = (0, [])
    for row in reader:
        if row:
            names = names_of(row)
            missing = missing_columns(columns, names)
            if not missing:
                return before, names
            nearest = max(nearest, (required - len(missing), missing), key=lambda found: found[0])
            before.append(row)
            if len(before) > PREAMBLE:
                break
    present, missing = nearest
    least, part = NEARLY
    if present >= least and present / required >= part:
        raise MissingColumns(missing, present / required)
    raise Refused("no header of this export" if before else "empty: not even a header")


def _pieces(reader: Iterator[list[str]], record: int) -> Iterator[list[list[str]]]:
    """Rows that are not blank, some at a time."""
    while True:
        rows: list[list[str]] = []
        broken = ""
        try:
            rows.extend(islice(reader, BLOCK))
        except csv.Error as error:
            broken = str(error)
        is_last = not rows
        rows = rows if all(rows) else [row for row in rows if row]
        if rows:
            yield rows
        record += len(rows)
        if broken:
            raise Refused(f"malformed CSV: {broken}", record + 1)
        if is_last:
            return


def _parts(
    rows: list[list[str]], width: int, record: int, frame_of: FrameOf, may_lack: int
) -> Iterator[list[list[str]] | Frame]:
    """Frames, and the rows between them; all rows as wide as the header."""
    if frame_of is no_frame and set(map(len, rows)) == {width}:
        yield rows
        return
    found: list[list[str]] = []
    for number, row in enumerate(rows, record + 1):
        if (kind := frame_of(row)) is not None:
            if found:
                yield found
                found = []
            yield Frame(kind, row, number)
        elif width - may_lack <= len(row) <= width:
            found.append(row + [""] * (width - len(row)))
        else:
            raise Refused(ragged(len(row), width), number)
    if found:
        yield found
