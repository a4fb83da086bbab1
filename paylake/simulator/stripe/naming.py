"""Identifiers as Stripe forms them."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it
SHAPES = {
    "account": ("acct_1", 15),
    "attempt": ("ch_3", 23),
    "bank_account": ("ba_1", 23),
    "coupon": ("", 8),
    "credit_note": ("cn_1", 23),
    "credit_note_line": ("cnli_1", 23),
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


class StripeNaming(ShapedNaming):
    """Names the n-th record of each kind."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES)
