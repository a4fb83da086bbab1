"""What is in a simulated file, as text and as records; of when it is."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from paylake.simulator.clock import next_month

_MONTH = re.compile(r"(20\d\d)[-_]?(0[1-9]|1[0-2])")
_AMERICAN_MONTH = re.compile(r"_(0[1-9]|1[0-2])(\d\d)[_.]")
_DAY = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])-\d\d")


@dataclass(frozen=True)
class File:
    """A file on its way.

    Args:
        provider: whose it is.
        path: in the provider's folder.
        delivery: number of the delivery that brings it, from 0.
        data: its bytes.
    """

    provider: str
    path: PurePosixPath
    delivery: int
    data: bytes

    @property
    def is_packed(self) -> bool:
        """Whether it is compressed."""
        return self.path.suffix == ".gz"

    @property
    def is_lines(self) -> bool:
        """Whether it holds one JSON object a line."""
        return ".jsonl" in self.path.suffixes

    @property
    def is_json(self) -> bool:
        """Whether it holds JSON, in lines or not."""
        return self.is_lines or self.path.suffix == ".json"

    @property
    def plain(self) -> bytes:
        """Its bytes without compression."""
        return gzip.decompress(self.data) if self.is_packed else self.data

    @property
    def encoding(self) -> str:
        """That of its text."""
        return "utf-16" if self.plain.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"

    @property
    def text(self) -> str:
        """What it says."""
        return self.plain.decode(self.encoding)

    def packed(self, plain: bytes) -> bytes:
        """Other bytes as the file would hold them; the time of compression is not in them."""
        return gzip.compress(plain, mtime=0) if self.is_packed else plain


def split(file: File) -> tuple[str, list[str]] | None:
    """What stands before the records, and the records with their line ends; None where records have an order.

    That is so of pages, of lines with record types, and of reports with totals at their end: all but lines of JSON and
    tables as wide as their header, whose names are all there.
    """
    if file.is_lines:
        return "", file.text.splitlines(keepends=True)
    if file.path.suffix != ".csv" or file.encoding == "utf-16":
        return None
    lines = file.text.splitlines(keepends=True)
    rows = list(csv.reader(lines))
    start = next(at for at, row in enumerate(rows) if row)
    is_table = len(rows) == len(lines) and all(rows[start]) and {len(row) for row in rows[start:]} == {len(rows[start])}
    return ("".join(lines[: start + 1]), lines[start + 1 :]) if is_table else None


def contents(file: File) -> Iterator[str]:
    """Each of its records as text: a line of JSON, an element of a page, a row."""
    if file.is_lines:
        yield from file.text.splitlines()
    elif file.is_json:
        yield from (json.dumps(one, sort_keys=True) for one in _elements(json.loads(file.text)))
    else:
        parts = split(file)
        yield from parts[1] if parts else file.text.splitlines()[1:]


def _elements(page: Any) -> list[Any]:
    """The outermost array of objects."""
    level = [page]
    while level:
        for value in level:
            if isinstance(value, list) and (not value or isinstance(value[0], dict)):
                return value
        level = [inner for value in level if isinstance(value, dict) for inner in value.values()]
    return [page]


def month_of(file: File, first: date, last: date) -> date:
    """The month that a file is of: by its name, else by the last day in it; the last one of a file that tells none."""
    name = file.path.name
    if found := _MONTH.findall(name):
        year, month = found[-1]
    elif american := _AMERICAN_MONTH.search(name):
        month, year = american[1], f"20{american[2]}"
    else:
        days = [date(int(year), int(month), 1) for year, month in _DAY.findall(file.text)]
        return max((day for day in days if first <= day <= last), default=last)
    return min(max(date(int(year), int(month), 1), first), last)


def later(month: date, months: int) -> date:
    """The month some months on."""
    for _ in range(months):
        month = next_month(month)
    return month
