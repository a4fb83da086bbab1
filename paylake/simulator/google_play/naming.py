"""Identifiers as Google Play forms them."""

from __future__ import annotations

import hashlib

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "attempt": ("GPA.", 17),
    "coupon": ("", 8),
    "customer": ("", 12),
    "fingerprint": ("", 16),
    "message": ("", 16),
    "movement": ("", 12),
    "payment": ("", 12),
    "payout": ("", 12),
    "price": ("", 12),
    "product": ("", 12),
    "reference": ("GOOGLE-", 10),
    "refund": ("", 12),
    "subscription": ("abcdefghijklmnop.AO-J1O", 40),
}


class GooglePlayNaming(ShapedNaming):
    """Names the n-th record of each kind: order numbers in groups of digits, subscriptions by purchase tokens."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, scope="google_play:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        if kind != "attempt":
            return super().of(kind, key)
        number = int(hashlib.sha256(f"{self.scope}{self.seed}:{kind}:{key}".encode()).hexdigest(), 16)
        digits = f"33{number % 10**15:015d}"
        return f"GPA.{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}"
