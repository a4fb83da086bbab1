"""How cells are written: what a column's cells must look like, so that a changed unit, sign or date is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Format:
    """A way to write a value; a cell of nothing but spaces has none and fits every format.

    Args:
        told: the format in words, with an example.
        fits: whether a cell is written so.
    """

    told: str
    fits: Callable[[str], bool]


def pattern(told: str, expression: str) -> Format:
    """A format by a regular expression that the whole cell matches."""
    compiled = re.compile(expression)
    return Format(told, lambda cell: compiled.fullmatch(cell) is not None)


def moment(*layouts: str, example: str) -> Format:
    """Dates or times in one of the layouts of `datetime.strptime`; zone names are the caller's to strip."""

    def fits(cell: str) -> bool:
        for layout in layouts:
            try:
                datetime.strptime(cell, layout)
            except ValueError:
                continue
            return True
        return False

    return Format(f"a date like {example}", fits)


MINOR = pattern("a whole number of minor units, like -1050", r"-?\d+")
UNSIGNED_MINOR = pattern("a whole number of minor units without sign, like 1050", r"\d+")
DECIMAL = pattern("a decimal in major units, like -10.50", r"-?(\d+(\.\d*)?|\.\d+)")
UNSIGNED = pattern("a decimal in major units without sign, like 10.50", r"\d+(\.\d*)?|\.\d+")
MAJOR = pattern("a decimal in major units with its point, like -10.50", r"-?\d+\.\d+|0")
INTEGER = pattern("a whole number, like 3", r"-?\d+")
CURRENCY = pattern("a currency of three letters, like EUR", r"[A-Za-z]{3}")
COUNTRY = pattern("a country of two letters, like DE", r"[A-Za-z]{2}")
ISO_DATE = moment("%Y-%m-%d", example="2026-01-31")
EPOCH_SECONDS = pattern("seconds since 1970, like 1767225600", r"\d{9,11}")
EPOCH_MILLISECONDS = pattern("milliseconds since 1970, like 1767225600000", r"\d{12,14}")
