"""References as Adyen forms them: sixteen capitals and digits for payments and what is done to them."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "attempt": ("", 16),
    "coupon": ("", 16),
    "dispute": ("", 16),
    "fingerprint": ("", 16),
    "movement": ("", 16),
    "payment": ("ORDER-", 8),
    "payout": ("TX", 11),
    "price": ("", 16),
    "product": ("", 16),
    "refund": ("", 16),
}


class AdyenNaming(ShapedNaming):
    """Names the n-th record of each kind; the bank statement shows a payout's own reference, so both have one name."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, scope="adyen:")

    def __call__(self, kind: str) -> str:
        """The next reference of this kind; of the last payout, the one that the bank shows."""
        return self.of("payout", str(self.counts["payout"])) if kind == "reference" else super().__call__(kind)

    def of(self, kind: str, key: str) -> str:
        """The reference of this kind that belongs to a key."""
        return super().of(kind, key).upper() + ("XT" if kind == "payout" else "")
