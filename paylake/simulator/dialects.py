"""The providers that the simulator speaks like."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from paylake.simulator import razorpay, stripe
from paylake.simulator.ledger import Ledger, Naming
from paylake.simulator.market import Market


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
    "razorpay": Dialect(razorpay.MARKET, razorpay.RazorpayNaming, razorpay.write_razorpay),
    "stripe": Dialect(stripe.MARKET, stripe.StripeNaming, stripe.write_stripe),
}
"""By the provider's name."""
