"""Identifiers as Affirm forms them: a charge is two groups of four, an event sixteen capitals and digits."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "account": ("", 15),
    "attempt": ("", 8),
    "coupon": ("", 16),
    "dispute": ("", 16),
    "event": ("", 16),
    "fingerprint": ("", 16),
    "movement": ("", 16),
    "payment": ("", 16),
    "payout": ("", 15),
    "price": ("", 16),
    "product": ("", 16),
    "reference": ("", 15),
    "refund": ("", 16),
    "transaction": ("", 16),
}


class AffirmNaming(ShapedNaming):
    """Names the n-th record of each kind; only the id of a transaction has small letters."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, "affirm:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        name = super().of(kind, key)
        if kind == "transaction":
            return name
        return f"{name[:4]}-{name[4:]}".upper() if kind == "attempt" else name.upper()
