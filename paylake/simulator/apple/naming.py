"""Identifiers as Apple forms them."""

from __future__ import annotations

import hashlib
import uuid

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "coupon": ("", 8),
    "customer": ("", 36),
    "fingerprint": ("", 16),
    "movement": ("", 12),
    "notification": ("", 36),
    "payment": ("", 12),
    "payout": ("", 12),
    "price": ("", 12),
    "product": ("", 12),
    "reference": ("APPLE-", 10),
    "refund": ("", 12),
    "attempt": ("2000001", 9),
    "subscription": ("2000000", 9),
}
STRIDE = 104_729


class AppleNaming(ShapedNaming):
    """Names the n-th record of each kind: transactions by 16 digits, customers and notifications by UUIDs."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, scope="apple:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        prefix, length = self.shapes[kind]
        if length == 36:
            digest = hashlib.sha256(f"{self.scope}{self.seed}:{kind}:{key}".encode()).digest()
            return str(uuid.UUID(bytes=digest[:16], version=4))
        if length == 9:
            return f"{prefix}{(int(key) * STRIDE + self.seed) % 10**9:09d}"
        return super().of(kind, key)
