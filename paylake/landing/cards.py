"""Card numbers: found by issuer range, length and Luhn wherever they hide; only ever shown as BIN and last four.

Digits may be full-width or of any other script, and be grouped with spaces, dashes or their Unicode kin. A run glued
to a letter or to more digits is an identifier; digits after a decimal point are a fraction; `+` and up to 15 digits is
a telephone number. docs/reference/landing.md has the rule, its sources, its known limits and how often it is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from paylake import logs

_RUN = re.compile(rf"(?<![A-Za-z\d])\d(?:{logs.GAP}{{0,3}}\d){{12,}}(?![A-Za-z\d])")
MAY_BE = r"\p{Nd}(?:[\t \-\x{80}-\x{10ffff}]{0,3}\p{Nd}){12}"
"""The beginning of every run and of others, without its edges, for RE2: its classes are best when they are simple."""
FEW = 16 << 10
"""Bytes through which Python looks sooner than RE2 has read the expression."""
_GROUP = re.compile(r"\d+")
_FRACTION = re.compile(r"\d\.$")
_SHORTEST, _LONGEST = 13, 19
_PHONE = 15

# (first prefix, last prefix, lengths), by the networks' published issuer ranges and by published test numbers
_RANGES: tuple[tuple[str, str, str, frozenset[int]], ...] = (
    ("visa", "4", "4", frozenset({13, 16, 18, 19})),
    ("mastercard", "51", "55", frozenset({16})),
    ("mastercard", "2221", "2720", frozenset({16})),
    ("amex", "34", "34", frozenset({15})),
    ("amex", "37", "37", frozenset({15})),
    ("discover", "6011", "6011", frozenset(range(16, 20))),
    ("discover", "644", "659", frozenset(range(16, 20))),
    ("diners", "300", "305", frozenset(range(14, 20))),
    ("diners", "3095", "3095", frozenset(range(14, 20))),
    ("diners", "36", "36", frozenset(range(14, 20))),
    ("diners", "38", "39", frozenset(range(14, 20))),
    ("jcb", "3528", "3589", frozenset(range(16, 20))),
    ("jcb", "3088", "3094", frozenset({16})),
    ("jcb", "3096", "3102", frozenset({16})),
    ("jcb", "3112", "3120", frozenset({16})),
    ("jcb", "3158", "3159", frozenset({16})),
    ("jcb", "3337", "3349", frozenset({16})),
    ("unionpay", "62", "62", frozenset(range(14, 20))),
    ("unionpay", "81", "81", frozenset(range(16, 20))),
    ("mir", "2200", "2204", frozenset(range(16, 20))),
    ("paypak", "2205", "2205", frozenset({16})),
    ("rupay", "60", "60", frozenset({16})),
    ("rupay", "82", "82", frozenset({16})),
    ("rupay", "508", "508", frozenset({16})),
    ("maestro", "50", "50", frozenset(range(13, 20))),
    ("maestro", "56", "58", frozenset(range(13, 20))),
    ("maestro", "60", "60", frozenset(range(13, 20))),
    ("maestro", "63", "63", frozenset(range(13, 20))),
    ("maestro", "67", "67", frozenset(range(13, 20))),
    ("troy", "9792", "9792", frozenset({16})),
    ("uzcard", "8600", "8600", frozenset({16})),
    ("uatp", "1", "1", frozenset({15})),
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


@dataclass(frozen=True)
class Card:
    """A card number that was found: its network, its digits masked, and whether it stood there without gaps."""

    network: str
    masked: str
    start: int
    end: int
    solid: bool

    def __str__(self) -> str:
        return f"{self.network} card number {self.masked}"


def is_luhn(digits: str) -> bool:
    """Whether the check digit fits."""
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[::2]) + sum(_DOUBLED[n] for n in numbers[1::2])) % 10 == 0


def network_of(digits: str) -> str | None:
    """The network whose range and length a number has, before the check digit."""
    for network, first, last, lengths in _RANGES:
        if len(digits) in lengths and first <= digits[: len(first)] <= last:
            return network
    return None


def _plain(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)


def may_hold(texts: pa.StringArray) -> bool:
    """Whether one of the texts may hold a card number: much faster than to look, and never wrong where it says no."""
    if texts.get_total_buffer_size() < FEW:
        return any(map(_RUN.search, texts.to_pylist()))
    return bool(pc.any(pc.match_substring_regex(texts, MAY_BE)).as_py())


def find_all(text: str) -> Iterator[Card]:
    """Card numbers in a text, first one first; what overlaps is one, for nobody can say which of them it is."""
    for run in _RUN.finditer(text):
        groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, run.start(), run.end())]
        total = sum(end - start for start, end in groups)
        if total <= _PHONE and text[run.start() - 1 : run.start()] in ("+", "＋") and run.start():
            continue
        network, start, end = "", 0, 0
        for at in range(len(groups)):
            if not (found := _longest_from(text, groups, at)):
                continue
            if network and groups[at][0] >= end:
                yield _card(text, network, start, end)
                network = ""
            if not network:
                (network, end), start = found, groups[at][0]
            end = max(end, found[1])
        if network:
            yield _card(text, network, start, end)


def _longest_from(text: str, groups: list[tuple[int, int]], at: int) -> tuple[str, int] | None:
    """Network and end of the longest number that begins with a group: the rest of a shorter one could be seen."""
    digits, start, found = "", groups[at][0], None
    for last in range(at, len(groups)):
        digits += _plain(text[slice(*groups[last])])
        if len(digits) > _LONGEST:
            break
        is_fraction = last == at and _FRACTION.search(text, max(0, start - 2), start)
        if not is_fraction and len(digits) >= _SHORTEST and (network := network_of(digits)) and is_luhn(digits):
            found = network, groups[last][1]
    return found


def _card(text: str, network: str, start: int, end: int) -> Card:
    groups = _GROUP.findall(text, start, end)
    digits = _plain("".join(groups))
    return Card(network, f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}", start, end, len(groups) == 1)


def find(text: str) -> Card | None:
    """The first card number in a text."""
    return next(find_all(text), None)


def mask(text: str) -> str:
    """The text with every card number replaced by its BIN and last four."""
    parts, at = [], 0
    for card in find_all(text):
        parts += [text[at : card.start], card.masked]
        at = card.end
    return "".join([*parts, text[at:]])


def told(error: BaseException | str) -> str:
    """Words of an error that may quote what it was about, without card digits."""
    return logs.mask(mask(str(error)))
