"""Identifiers as Recurly forms them."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

LONG = 32
SHORT = 12
# prefix and number of characters after it; the long ones are hexadecimal
SHAPES = {
    "attempt": ("", LONG),
    "coupon": ("", SHORT),
    "credit_note": ("", LONG),
    "credit_note_line": ("", LONG),
    "customer": ("acct-", 8),
    "discount": ("", SHORT),
    "dispute": ("", LONG),
    "fingerprint": ("", SHORT),
    "invoice": ("", LONG),
    "item": ("", SHORT),
    "line": ("", LONG),
    "movement": ("", LONG),
    "payment": ("", SHORT),
    "price": ("", SHORT),
    "product": ("", SHORT),
    "refund": ("", LONG),
    "short": ("", SHORT),
    "subscription": ("", LONG),
    "version": ("", LONG),
}


class RecurlyNaming(ShapedNaming):
    """Names the n-th record of each kind, in small letters and digits."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, "recurly:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        name = super().of(kind, key).lower()
        return name if self.shapes[kind][1] == SHORT or kind == "customer" else "".join(map(_hexadecimal, name))

    def short(self, long: str) -> str:
        """The identifier that the API has for what exports call `long`."""
        return self.of("short", long)


def _hexadecimal(character: str) -> str:
    return character if character.isdigit() else "abcdef"[ord(character) % 6]
