"""Identifiers in a provider's style, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token(text: str, length: int) -> str:
    """Letters and digits drawn from a text; every third is a letter, so that no run of digits looks like a number."""
    digest = hashlib.sha512(text.encode()).digest()
    letters = len(ALPHABET) - 10
    return "".join(
        ALPHABET[10 + byte % letters] if index % 3 == 0 else ALPHABET[byte % len(ALPHABET)]
        for index, byte in enumerate(digest[:length])
    )


class ShapedNaming:
    """Names the n-th record of each kind.

    Args:
        seed: of the simulation.
        shapes: prefix, and number of characters after it, by kind.
        scope: tells apart what several providers name from one seed.
    """

    def __init__(self, seed: int, shapes: Mapping[str, tuple[str, int]], scope: str = "") -> None:
        self.seed, self.shapes, self.scope = seed, shapes, scope
        self.counts: dict[str, int] = {}

    def __call__(self, kind: str) -> str:
        """The next identifier of this kind."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.of(kind, str(number))

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        prefix, length = self.shapes[kind]
        return prefix + token(f"{self.scope}{self.seed}:{kind}:{key}", length)
