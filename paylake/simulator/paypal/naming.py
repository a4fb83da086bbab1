"""Identifiers in PayPal's style: 17 letters and digits of a transaction, 13 of an account."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

TRANSACTION = ("", 17)
# prefix and number of characters after it
SHAPES = {
    "account": ("", 13),
    "attempt": TRANSACTION,
    "coupon": ("", 8),
    "dispute": TRANSACTION,
    "fingerprint": ("", 13),
    "movement": TRANSACTION,
    "payment": ("O-", 17),
    "payout": TRANSACTION,
    "price": ("P-", 24),
    "product": ("PROD-", 17),
    "reference": ("10", 11),
    "refund": TRANSACTION,
}


class PayPalNaming(ShapedNaming):
    """Names the n-th record of each kind, in capitals."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, "paypal:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        return super().of(kind, key).upper()
