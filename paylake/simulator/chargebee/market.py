"""What of the merchant's business Chargebee does: subscriptions, billed in three currencies, collected by a gateway."""

from __future__ import annotations

from paylake.simulator.market import Market

MARKET = Market(
    countries={"usd": ("US", "CA"), "eur": ("DE", "FR", "NL"), "jpy": ("JP",)},
    customers=(55, 30, 15),
    sales=(),
    settlement_days={"usd": 2, "eur": 2, "jpy": 4},
    payout_weekday={"usd": None, "eur": None, "jpy": None},
    dispute_fee={"usd": 0, "eur": 0, "jpy": 0},
    has_inquiries=False,
    has_prorations=False,
    regret=3,
    has_balance=False,
    has_drafts=False,
    has_incomplete=False,
)
"""Changes inside a term count from the next one on: what is unused would come back as a credit note."""
