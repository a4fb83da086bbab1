"""CSV: rows of strings as sent, quoted newlines and empty cells included; a ragged row refuses the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from paylake.landing.sources import LONGEST_LINE
from paylake.landing.verdicts import Refused


def header_of(lines: Iterator[str]) -> list[str]:
    """The first row that is not blank, without spaces around its names.

    Raises:
        Refused: no header, or a name appears twice.
    """
    csv.field_size_limit(LONGEST_LINE)
    try:
        for row in csv.reader(lines, strict=True):
            if any(name.strip() for name in row):
                header = [name.strip() for name in row]
                break
        else:
            raise Refused("empty: not even a header")
    except csv.Error as error:
        raise Refused(f"malformed CSV header: {error}") from None
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Refused(f"the header names {', '.join(map(repr, twice))} twice")
    return header


def rows(lines: Iterator[str], header: Sequence[str]) -> Iterator[list[str]]:
    """The rows after the header; blank lines hold no cells and are passed over.

    Raises:
        Refused: a row of another width than the header, or broken quotes; `record` counts data rows from 1.
    """
    number, width = 0, len(header)
    reader = csv.reader(lines, strict=True)
    try:
        for row in reader:
            if not row:
                continue
            number += 1
            if len(row) != width:
                raise Refused(f"{len(row)} cells under {width} names", number)
            yield row
    except csv.Error as error:
        raise Refused(f"malformed CSV: {error}", number + 1) from None
