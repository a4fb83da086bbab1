"""Rounding and naming, shared by everything that simulates."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol


def half_up(value: Fraction) -> int:
    """Round to an integer, halves away from zero."""
    rounded = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return rounded if value >= 0 else -rounded


class Naming(Protocol):
    """Names records in a provider's style, the same for the same arguments."""

    def __call__(self, kind: str) -> str:
        """A new identifier of this kind."""
