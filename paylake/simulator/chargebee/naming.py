"""Identifiers as Chargebee forms them."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "attempt": ("txn_", 17),
    "charge": ("ch_", 24),
    "coupon": ("coupon-", 6),
    "credit_note": ("CN-", 8),
    "customer": ("", 16),
    "discount": ("", 16),
    "dispute": ("txn_", 17),
    "event": ("ev_", 17),
    "fingerprint": ("", 16),
    "gateway_account": ("gw_", 15),
    "item": ("", 16),
    "line": ("li_", 17),
    "movement": ("", 16),
    "payment": ("", 16),
    "payment_source": ("pm_", 17),
    "payout": ("", 16),
    "price": ("price-", 8),
    "product": ("item-", 6),
    "reference": ("", 10),
    "refund": ("txn_", 17),
    "subscription": ("", 16),
}


class ChargebeeNaming(ShapedNaming):
    """Names the n-th record of each kind; invoices have numbers."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, "chargebee:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        return key if kind == "invoice" else super().of(kind, key)
