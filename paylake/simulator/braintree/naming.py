"""Identifiers as Braintree forms them."""

from __future__ import annotations

import base64

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "attempt": ("", 8),
    "batch": ("", 8),
    "coupon": ("", 8),
    "customer": ("", 10),
    "discount": ("", 8),
    "dispute": ("", 16),
    "fingerprint": ("", 16),
    "invoice": ("", 8),
    "item": ("", 8),
    "line": ("", 8),
    "movement": ("", 12),
    "payment": ("", 8),
    "payout": ("", 12),
    "price": ("plan-", 6),
    "product": ("", 8),
    "reference": ("", 10),
    "refund": ("", 8),
    "request": ("", 16),
    "subscription": ("", 6),
    "token": ("", 7),
}


class BraintreeNaming(ShapedNaming):
    """Names the n-th record of each kind, in small letters and digits."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, "braintree:")

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        return super().of(kind, key).lower()


def global_id(kind: str, identifier: str) -> str:
    """The identifier that the GraphQL API has for what the client libraries call `identifier`."""
    return base64.b64encode(f"{kind}_{identifier}".encode()).decode().rstrip("=")
