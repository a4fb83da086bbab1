"""How often a random reference looks like a card number: the price of looking for cards in columns of any kind."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from paylake.landing.scan import find_in_cell

COUNT = 1_000_000
LENGTHS = range(13, 20)
"""Digits of card numbers."""


def references(length: int, count: int) -> Iterator[str]:
    """Random whole numbers of so many digits, the same ones each time."""
    draw = random.Random(length)
    return (str(draw.randint(10 ** (length - 1), 10**length - 1)) for _ in range(count))


def taken(length: int, count: int, is_identifier: bool = False) -> int:
    """How many random references of so many digits are taken for card numbers, alone in a cell.

    Args:
        length: digits of each.
        count: how many are tried.
        is_identifier: whether their column is declared to hold references.
    """
    return sum(find_in_cell(reference, is_identifier) is not None for reference in references(length, count))


def table(lengths: Sequence[int] = LENGTHS, count: int = COUNT) -> Iterator[str]:
    """Lines of the table that docs/reference/landing.md has."""
    yield "| digits | taken for a card number | in declared references |"
    yield "|---|---|---|"
    for length in lengths:
        found = taken(length, count)
        yield f"| {length} | {found:,} ({found / count:.2%}) | {taken(length, count, is_identifier=True):,} |"
