"""Identifiers as Stripe forms them, the same for the same seed."""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# prefix and number of characters after it
SHAPES = {
    "account": ("acct_1", 15),
    "attempt": ("ch_3", 23),
    "bank_account": ("ba_1", 23),
    "coupon": ("", 8),
    "customer": ("cus_", 14),
    "discount": ("di_1", 23),
    "dispute": ("du_1", 23),
    "event": ("evt_1", 23),
    "fingerprint": ("", 16),
    "invoice": ("in_1", 23),
    "item": ("si_", 14),
    "line": ("il_1", 23),
    "movement": ("txn_1", 23),
    "payment": ("pi_3", 23),
    "payment_method": ("pm_1", 23),
    "payout": ("po_1", 23),
    "price": ("price_1", 23),
    "product": ("prod_", 14),
    "reference": ("TRACE-", 10),
    "refund": ("re_3", 23),
    "request": ("req_", 14),
    "subscription": ("sub_1", 23),
}


def token(text: str, length: int) -> str:
    """Letters and digits drawn from a text; every third is a letter, so that no run of digits looks like a number."""
    digest = hashlib.sha512(text.encode()).digest()
    letters = len(ALPHABET) - 10
    return "".join(
        ALPHABET[10 + byte % letters] if index % 3 == 0 else ALPHABET[byte % len(ALPHABET)]
        for index, byte in enumerate(digest[:length])
    )


class StripeNaming:
    """Names the n-th record of each kind."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.counts: dict[str, int] = {}

    def __call__(self, kind: str) -> str:
        """The next identifier of this kind."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.of(kind, str(number))

    def of(self, kind: str, key: str) -> str:
        """The identifier of this kind that belongs to a key."""
        prefix, length = SHAPES[kind]
        return prefix + token(f"{self.seed}:{kind}:{key}", length)
