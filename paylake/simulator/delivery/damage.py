"""Damage that landing must notice: what is left of a file's bytes, by kind."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable

from paylake.simulator.delivery.content import File, split

Damage = Callable[[File], bytes | None]
TOTALS = {
    "affirm": r",[a-z_]+,-?\d+\.\d\d,-?\d+\.\d\d,-?\d+\.\d\d,(-?\d+)\.",
    "apple": r"\t(-?\d+)\t-?[\d.]+\n\Z|,(-?\d+)\.\d\d [A-Z]{3},",
    "paypal": r'"FF","(\d+)"',
}
"""Where a number stands that must tie, by provider: what a row adds up to, units of a country, the count of rows."""


def _torn(file: File) -> bytes | None:
    """The end of a compressed file is missing."""
    return file.data[: len(file.data) * 2 // 3] if file.is_packed else None


def _cut(file: File) -> bytes | None:
    """It ends in the middle of a record."""
    lines = file.text.splitlines(keepends=True)
    at = _middle(file, lines)
    return _encoded(file, "".join([*lines[:at], lines[at][: len(lines[at]) // 2]]))


def _ragged(file: File) -> bytes | None:
    """A row has one cell more than the header has names."""
    if file.is_json:
        return None
    lines = file.text.splitlines(keepends=True)
    at = _middle(file, lines)
    lines[at] = lines[at].rstrip("\r\n") + ("\tx\n" if "\t" in lines[at] else ",x\n")
    return _encoded(file, "".join(lines))


def _headless(file: File) -> bytes | None:
    """The names of a table are missing."""
    parts = None if file.is_json else split(file)
    return _encoded(file, "".join(parts[1])) if parts else None


def _nul(file: File) -> bytes | None:
    """A NUL stands in the text."""
    text = file.text
    return _encoded(file, f"{text[: len(text) // 2]}\0{text[len(text) // 2 :]}")


def _undecodable(file: File) -> bytes | None:
    """Bytes stand in the text that are no character of its encoding."""
    plain = file.plain
    half, wrong = (len(plain) // 4 * 2, b"\x00\xd8") if file.encoding == "utf-16" else (len(plain) // 2, b"\xff")
    return file.packed(plain[:half] + wrong + plain[half:])


def _total(file: File) -> bytes | None:
    """A control total is one more than it was."""
    text = file.text
    found = [] if file.is_json else list(re.finditer(TOTALS.get(file.provider, r"(?!)"), text))
    if not found:
        return None
    start, end = found[-1].span(found[-1].lastindex or 0)
    return _encoded(file, f"{text[:start]}{int(text[start:end]) + 1}{text[end:]}")


KINDS: dict[str, Damage] = {
    "torn": _torn,
    "cut": _cut,
    "total": _total,
    "ragged": _ragged,
    "headless": _headless,
    "nul": _nul,
    "undecodable": _undecodable,
}
"""By name; None of a file that cannot be damaged like this."""


def possible(file: File) -> dict[str, bytes]:
    """What each kind of damage leaves of a file, of those that it can take."""
    return {name: data for name, damage in KINDS.items() if (data := damage(file)) is not None and data != file.data}


def _middle(file: File, lines: list[str]) -> int:
    """The number of a line in the middle of the records: of a JSON page any, of a table none of its header."""
    if file.is_json:
        return len(lines) // 2
    cells = list(csv.reader(lines, delimiter="\t" if "\t" in lines[-1] else ","))
    widest = max(map(len, cells))
    rows = [at for at, row in enumerate(cells) if row[:1] == ["SB"]]
    rows = rows or [at for at, row in enumerate(cells) if len(row) == widest][1:]
    return rows[len(rows) // 2]


def _encoded(file: File, text: str) -> bytes:
    """The text as the file would hold it, with its byte order mark."""
    plain = file.plain
    if plain.startswith(codecs.BOM_UTF16_BE):
        data = codecs.BOM_UTF16_BE + text.encode("utf-16-be")
    elif plain.startswith(codecs.BOM_UTF16_LE):
        data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    else:
        data = codecs.BOM_UTF8 * plain.startswith(codecs.BOM_UTF8) + text.encode()
    return file.packed(data)
