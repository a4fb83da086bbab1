"""The text of an export by lines, or by pieces that a columnar parser reads at once where that reads the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

import pyarrow as pa
from pyarrow import csv as columnar

from paylake.providers.refused import Refused

LONGEST_LINE = 64 << 20
LONGEST_QUOTED = 16 << 20
"""Characters of a piece that ends within quotes, after which it is no longer waited for their end."""
QUOTE = '"'


class Lines(Iterator[str]):
    r"""Lines of a text, each with its `\n`; the last one may have none.

    Args:
        chunks: the text, cut anywhere.
    """

    def __init__(self, chunks: Iterable[str]) -> None:
        self._whole = self._cut(iter(chunks))
        self._piece = io.StringIO()

    def __next__(self) -> str:
        """The next line.

        Raises:
            Refused: it is too long.
        """
        while not (line := self._piece.readline()):
            self._piece = io.StringIO(next(self._whole), newline="\n")
        return line

    def pieces(self) -> Iterator[str]:
        """What is left of the text, in pieces of whole lines.

        Raises:
            Refused: a line is too long.
        """
        rest, self._piece = self._piece.read(), io.StringIO()
        if rest:
            yield rest
        yield from self._whole

    @staticmethod
    def _cut(chunks: Iterator[str]) -> Iterator[str]:
        pending = ""
        for chunk in chunks:
            whole, end, rest = chunk.rpartition("\n")
            if end:
                yield pending + whole + end
                pending = rest
            else:
                pending += chunk
            if len(pending) > LONGEST_LINE:
                raise Refused(f"a line longer than {LONGEST_LINE >> 20} MiB")
        if pending:
            yield pending


def unquoted_at_end(pieces: Iterator[str]) -> Iterator[str | Lines]:
    """The same text in pieces that do not end within quotes; what is left as lines, where quotes seem never to end."""
    for piece in pieces:
        while piece.count(QUOTE) % 2 and (following := next(pieces, None)) is not None:
            piece += following
            if len(piece) > LONGEST_QUOTED:
                yield Lines(chain((piece,), pieces))
                return
        yield piece


def columns_of(piece: str, width: int, delimiter: str, quotes: bool) -> list[pa.StringArray] | None:
    """Cells of whole lines by columns, blank lines passed over; None where only the csv module can tell what they are.

    That is where quotes or line ends are written in a way that the two read differently, and where a row is not as wide
    as it must be.
    """
    if "\r" in piece and piece.count("\r") != piece.count("\r\n"):
        return None
    if quotes and QUOTE in piece and QUOTE in _quoted(delimiter).sub("", f"\n{piece}"):
        return None
    data = piece.encode()
    names = [str(number) for number in range(width)]
    try:
        table = columnar.read_csv(
            pa.BufferReader(data),
            columnar.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            columnar.ParseOptions(delimiter=delimiter, quote_char=quotes and QUOTE, newlines_in_values=quotes),
            columnar.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns]


@cache
def _quoted(delimiter: str) -> re.Pattern[str]:
    edge = re.escape(delimiter)
    return re.compile(rf'"(?<=[{edge}\n]")[^"]*(?:""[^"]*)*"(?=[{edge}\r\n]|\Z)')


def cells_of(lines: Iterator[str], delimiter: str = ",", quotes: bool = True) -> Iterator[list[str]]:
    """Cells of each line, quotes read strictly; an empty list for an empty line.

    Raises:
        csv.Error: broken quotes.
    """
    csv.field_size_limit(LONGEST_LINE)
    if quotes:
        return csv.reader(lines, delimiter=delimiter, strict=True)
    return csv.reader(lines, delimiter=delimiter, strict=True, quoting=csv.QUOTE_NONE)
