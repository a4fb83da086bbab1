"""Identifiers as Razorpay forms them."""

from __future__ import annotations

from paylake.simulator.naming import ShapedNaming

# prefix and number of characters after it; a movement has an id in the report only where it is an adjustment
SHAPES = {
    "account": ("acc_", 14),
    "attempt": ("pay_", 14),
    "card": ("card_", 14),
    "coupon": ("offer_", 14),
    "customer": ("cust_", 14),
    "discount": ("offer_", 14),
    "dispute": ("disp_", 14),
    "fingerprint": ("", 16),
    "invoice": ("inv_", 14),
    "item": ("si_", 14),
    "line": ("li_", 14),
    "movement": ("adj_", 14),
    "payment": ("order_", 14),
    "payout": ("setl_", 14),
    "price": ("plan_", 14),
    "product": ("item_", 14),
    "reference": ("RZRP", 12),
    "refund": ("rfnd_", 14),
    "subscription": ("sub_", 14),
}


class RazorpayNaming(ShapedNaming):
    """Names the n-th record of each kind."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, SHAPES, scope="razorpay:")
