"""The providers that the simulator speaks like."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from paylake.simulator import adyen, paypal, stripe
from paylake.simulator.ledger import Ledger, Naming
from paylake.simulator.market import Market
from paylake.simulator.truth.tables import BILLING


@dataclass(frozen=True)
class Dialect:
    """A provider of the merchant.

    Args:
        market: what of the merchant's business it does.
        naming: identifiers in its style, by seed.
        write: writes a ledger as its exports into a folder, by seed; says how many records of each kind it wrote.
        untold: tables of the truth of which its exports say nothing.
    """

    market: Market
    naming: Callable[[int], Naming]
    write: Callable[[Ledger, Path, int], dict[str, int]]
    untold: Collection[str] = ()


DIALECTS = {
    "adyen": Dialect(adyen.MARKET, adyen.AdyenNaming, adyen.write_adyen, BILLING | {"customers", "bank_lines"}),
    "paypal": Dialect(paypal.MARKET, paypal.PayPalNaming, paypal.write_paypal, untold=[*BILLING, "customers"]),
    "stripe": Dialect(stripe.MARKET, stripe.StripeNaming, stripe.write_stripe),
}
"""By the provider's name."""
