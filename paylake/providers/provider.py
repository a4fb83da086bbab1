"""What landing needs to know of a provider: its exports, how each is recognised, and where each of its cells goes.

A module of this package declares one provider, with nothing but what this module offers; the machinery that reads files
by these declarations is paylake.landing's. docs/how-to/add-a-provider.md shows one from the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pyarrow as pa

from paylake.providers.formats import Format
from paylake.providers.refused import Refused as Refused
from paylake.providers.text import Lines

NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def bronze_name(header: str) -> str:
    """A name of a header as a column of bronze: lower case, everything that is no letter or digit one underscore."""
    return NOT_A_NAME.sub("_", header.lower()).strip("_")


@dataclass(frozen=True)
class Column:
    """One column of an export.

    Args:
        name: its name in bronze.
        headers: the names that it has had in headers, newest first.
        format: how a cell with anything in it is written; a cell that is not refuses the file, for its meaning changed.
        is_required: whether a header without it refuses the file.
        is_identifier: whether it holds references: a lone run of digits there is no card number.
    """

    name: str
    headers: tuple[str, ...]
    format: Format | None = None
    is_required: bool = False
    is_identifier: bool = False


def column(
    *headers: str, name: str = "", format: Format | None = None, required: bool = False, identifier: bool = False
) -> Column:
    """A column by the names that it has had in headers; in bronze it has the newest one's unless another is given."""
    return Column(name or bronze_name(headers[0]), headers, format, required, identifier)


def columns(headers: str) -> tuple[Column, ...]:
    """Columns without rules, one header a line."""
    return tuple(column(line.strip()) for line in headers.strip().splitlines())


def no_format(_: str) -> None:
    """For tables whose members can be anything."""


def keys(
    names: str, format_of: Callable[[str], Format | None] = no_format, identifiers: Collection[str] = ()
) -> tuple[Column, ...]:
    """Columns of a JSON table.

    Args:
        names: the keys of its objects, with spaces between.
        format_of: how the value of a key is written; None where it can be anything.
        identifiers: keys that hold references.
    """
    return tuple(Column(name, (name,), format_of(name), is_identifier=name in identifiers) for name in names.split())


@dataclass(frozen=True)
class Block:
    """Rows of one table by columns, all as wide as their header.

    A layout gives a block without rows as soon as it has found a header: a file is recognised by it, and has columns
    even where it has no rows. Rows and frames of a file are counted together, from 1.

    Args:
        table: the bronze table.
        header: the names as the file has them.
        columns: the cells under each name, none of them null.
        record: position in the file of the first row.
    """

    table: str
    header: Sequence[str]
    columns: Sequence[pa.StringArray]
    record: int

    @classmethod
    def of(cls, table: str, header: Sequence[str], rows: Sequence[Sequence[str]], record: int) -> Block:
        """A block of rows."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(header)
        return cls(table, header, [pa.array(cells, pa.string()) for cells in columns], record)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells by rows."""
        return zip(*(column.to_pylist() for column in self.columns), strict=True)


@dataclass(frozen=True)
class Frame:
    """A line around the rows that is none of them: a preamble, a section's header or footer, a trailer, a total."""

    kind: str
    cells: Sequence[str]
    record: int


class Layout(Protocol):
    """How the lines of a text export hold its rows.

    It is called with the beginning of a text, too, to recognise it: Refused before the first block, it is another's.

    Raises:
        Refused: the lines are no whole export, or a control total differs; `check_totals` is off for a file that a
            person released.
    """

    def __call__(self, lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
        """Blocks of rows and frames, in the order of the file, every cell of the file in one of them."""
        ...


@dataclass(frozen=True)
class Days:
    """How a file says which days it covers: declared where, by definition of the report, no row is of another day.

    Args:
        columns: names in bronze of the columns that have the days; the first and the last of them count.
        layout: how a cell is written, as `strptime` has it; without, it begins with a day, year first.
        frame: kind of the frame whose second and third cell are the first and the last day.
    """

    columns: tuple[str, ...] = ()
    layout: str = ""
    frame: str = ""


@dataclass(frozen=True)
class Export:
    """One kind of text file that a provider delivers.

    Args:
        name: its name in the ledger.
        columns: bronze table -> its columns. Most exports have one table, of the export's name.
        layout: how lines hold rows; paylake.providers.layouts has those that several providers share.
        encoding: of its text, where a byte order mark does not say otherwise.
        marks: what the beginning of the text must be like, where the names of the required columns alone do not tell it
            from others, or do not stand in it.
        days: how a file says which days it covers.
    """

    name: str
    columns: Mapping[str, tuple[Column, ...]]
    layout: Layout
    encoding: str = "utf-8"
    marks: Callable[[str], bool] | None = None
    days: Days = Days()


class TableOfDocument(Protocol):
    """Finds the bronze table of one JSON object."""

    def __call__(self, cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
        """The table by the object's members and by what framed it (each as JSON text); None when it is no record.

        The frame has the members of the envelopes around the object, and under `key` the path to it in a map. An object
        that is no record is looked into: it may be an envelope, or a map of records. What is left of a page without its
        list is asked for too; when it is no record it goes to the frames.

        Raises:
            Refused: a record of somebody else.
        """
        ...


@dataclass(frozen=True)
class Documents:
    """A provider's JSON: objects of an API, events, notifications, in lines, arrays, pages or envelopes.

    Args:
        columns: bronze table -> its columns, named as the keys of the objects.
        is_ours: recognises the provider by the beginning of the text.
        table_of: table of one object.
        lists: keys that hold the records of a page: an object in which one of them is an array of objects is a page.
        encoded: keys whose text holds encoded JSON (base64, or a JWS): looked through for cards, stored as sent.
    """

    columns: Mapping[str, tuple[Column, ...]]
    is_ours: Callable[[str], bool]
    table_of: TableOfDocument
    lists: tuple[str, ...] = ("data",)
    encoded: tuple[str, ...] = ()


DOCUMENTS = "api_objects"
"""Name of the export that a provider's JSON is."""
FRAMES = "report_frames"
"""Table of every provider: what stood around its rows. Columns: export, kind, cells (a JSON array)."""


@dataclass(frozen=True)
class Provider:
    """One provider.

    Args:
        name: its name in the ledger and in silver.
        schema: schema of its bronze tables.
        exports: its text exports; the first one whose header is found, wins.
        documents: its JSON, if it has any.
        identifiers: keys at any depth of its JSON that hold references.
        mapping: the YAML that describes it, where no module does: workers make the provider from it again.
    """

    name: str
    schema: str
    exports: tuple[Export, ...] = ()
    documents: Documents | None = None
    identifiers: frozenset[str] = frozenset()
    mapping: str = ""

    @cached_property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """All bronze tables with their columns."""
        tables = {name: table for export in self.exports for name, table in export.columns.items()}
        return tables | dict(self.documents.columns if self.documents else {}) | {FRAMES: keys("export kind cells")}

    @cached_property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """All bronze tables with the names of their columns."""
        return {table: tuple(column.name for column in own) for table, own in self.columns.items()}

    @cached_property
    def references(self) -> frozenset[str]:
        """Keys of its JSON that hold references."""
        tables = self.documents.columns.values() if self.documents else ()
        declared = (column for own in tables for column in own if column.is_identifier)
        return self.identifiers.union(*(column.headers for column in declared))

    def export(self, name: str) -> Export:
        """A text export by its name."""
        return next(export for export in self.exports if export.name == name)


@dataclass(frozen=True)
class Recognised:
    """What a file is: `export` is `api_objects` for JSON, where each record says its table for itself."""

    provider: str
    export: str
    header_version: str
