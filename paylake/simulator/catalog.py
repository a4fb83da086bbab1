"""What the merchant sells: products, prices in three currencies, coupons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from paylake.simulator.ledger import Coupon, Ledger, Naming, Price, Product

CURRENCIES = ("usd", "eur", "jpy", "inr")
TAX_PERCENT = {"DE": 19, "FR": 20, "NL": 21, "ES": 21, "IT": 22, "JP": 10, "IN": 18}
TIERS = ("free", "starter", "team", "business")
NAMES = {
    "free": "Free",
    "starter": "Starter",
    "team": "Team",
    "business": "Business",
    "seats": "Extra seats",
    "api": "API calls",
    "digest": "Weekly digest",
}
# name, interval, count, metered, amounts in each of CURRENCIES (minor units)
TARIFF: tuple[tuple[str, str, int, bool, tuple[int, int, int, int]], ...] = (
    ("free", "month", 1, False, (0, 0, 0, 0)),
    ("starter", "month", 1, False, (1900, 1700, 2800, 152000)),
    ("starter", "year", 1, False, (19000, 17000, 28000, 1520000)),
    ("team", "month", 1, False, (4900, 4500, 7000, 392000)),
    ("team", "month", 3, False, (13900, 12500, 19900, 1112000)),
    ("team", "year", 1, False, (49000, 45000, 70000, 3920000)),
    ("business", "month", 1, False, (14900, 13900, 21000, 1192000)),
    ("business", "year", 1, False, (149000, 139000, 210000, 11920000)),
    ("seats", "month", 1, False, (1200, 1100, 1700, 96000)),
    ("seats", "year", 1, False, (12500, 11500, 17500, 1000000)),
    ("api", "month", 1, True, (2, 2, 3, 160)),
    ("digest", "week", 1, False, (500, 450, 700, 40000)),
)
# name, percent off, amount off in each of CURRENCIES, duration, months
OFFERS: tuple[tuple[str, str | None, tuple[int, int, int, int] | None, str, int | None], ...] = (
    ("Welcome", "25", None, "once", None),
    ("First bill", None, (1000, 900, 1500, 80000), "once", None),
    ("Quarter", "50", None, "repeating", 3),
    ("Half a year", None, (700, 600, 900, 56000), "repeating", 6),
    ("Partner", "12.5", None, "forever", None),
    ("Charity", None, (500, 400, 600, 40000), "forever", None),
)


@dataclass(frozen=True)
class Catalog:
    """Finds prices by name, currency and interval, and coupons by currency and duration."""

    prices: dict[tuple[str, str, str, int], Price]
    coupons: dict[tuple[str, str], tuple[Coupon, ...]]

    def find(self, name: str, currency: str, interval: str, count: int = 1) -> Price | None:
        """The price, if there is one."""
        return self.prices.get((name, currency, interval, count))

    def price(self, name: str, currency: str, interval: str, count: int = 1) -> Price:
        """The price, which must exist."""
        return self.prices[name, currency, interval, count]


def build_catalog(
    ledger: Ledger, new_id: Naming, currencies: Collection[str], without: Collection[str] = ()
) -> Catalog:
    """Enter products, prices in these currencies, and coupons but those `without`, into the ledger at its start."""
    products = {name: Product(new_id("product"), title, ledger.start) for name, title in NAMES.items()}
    ledger.products.extend(products.values())
    prices: dict[tuple[str, str, str, int], Price] = {}
    for name, interval, count, metered, amounts in TARIFF:
        for currency, amount in _in(currencies, amounts):
            price = Price(
                new_id("price"), products[name].id, name, currency, amount, interval, count, metered, ledger.start
            )
            prices[name, currency, interval, count] = price
    ledger.prices.extend(prices.values())
    coupons: dict[tuple[str, str], tuple[Coupon, ...]] = {}
    for title, percent, amounts_off, duration, months in OFFERS:
        if title in without:
            continue
        if amounts_off is None:
            shared = Coupon(new_id("coupon"), title, percent, None, None, duration, months, ledger.start)
            ledger.coupons.append(shared)
        for currency, amount_off in _in(currencies, amounts_off or (0, 0, 0, 0)):
            coupon = shared
            if amounts_off is not None:
                coupon = Coupon(new_id("coupon"), title, None, amount_off, currency, duration, months, ledger.start)
                ledger.coupons.append(coupon)
            coupons[currency, duration] = (*coupons.get((currency, duration), ()), coupon)
    return Catalog(prices, coupons)


def _in(currencies: Collection[str], amounts: tuple[int, ...]) -> list[tuple[str, int]]:
    return [(name, amount) for name, amount in zip(CURRENCIES, amounts, strict=True) if name in currencies]
