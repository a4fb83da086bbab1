"""What of the merchant's business Recurly bills."""

from __future__ import annotations

from paylake.simulator.market import Market

MARKET = Market(
    countries={"usd": ("US", "CA"), "eur": ("DE", "ES", "IT"), "jpy": ("JP",)},
    customers=(55, 33, 12),
    sales=(),
    settlement_days={"usd": 2, "eur": 2, "jpy": 4},
    payout_weekday={"usd": None, "eur": None, "jpy": None},
    dispute_fee={"usd": 0, "eur": 0, "jpy": 0},
    has_several_items=False,
    has_prorations=False,
    has_credit_notes=True,
    refunds_per_credit_note=1,
    regret=2,
    undone=("week", "swap_item", "Partner"),
    has_balance=False,
    has_drafts=False,
    has_incomplete=False,
)
"""A subscription is one plan; a coupon takes off whole percents; every refund makes a credit invoice."""
