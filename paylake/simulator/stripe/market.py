"""What of the merchant's business Stripe does."""

from paylake.simulator.market import Market

MARKET = Market(
    countries={"usd": ("US", "CA", "MX", "BR"), "eur": ("DE", "FR", "NL", "ES", "IT"), "jpy": ("JP",)},
    customers=(55, 30, 15),
    sales=(6, 3, 1),
    settlement_days={"usd": 2, "eur": 3, "jpy": 4},
    payout_weekday={"usd": None, "eur": 0, "jpy": 4},
    dispute_fee={"usd": 1500, "eur": 2000, "jpy": 1500},
    usage_fee=7,
    has_credit_notes=True,
)
