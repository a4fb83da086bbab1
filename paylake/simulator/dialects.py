"""The providers that the simulator speaks like."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from paylake.simulator import adyen, affirm, apple, braintree, chargebee, google_play, paypal, razorpay, recurly, stripe
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


INVOICED = ("invoices", "invoice_lines", "credit_notes", "deferred_revenue_monthly")
STORE_UNTOLD = (*INVOICED, "payment_attempts", "disputes", "bank_lines", "balance_monthly")
"""A store bills and collects in its own name: it shows no invoice, no attempt, no dispute and no day of payment."""

DIALECTS = {
    "adyen": Dialect(adyen.MARKET, adyen.AdyenNaming, adyen.write_adyen, BILLING | {"customers", "bank_lines"}),
    "affirm": Dialect(affirm.MARKET, affirm.AffirmNaming, affirm.write_affirm, BILLING | {"customers", "bank_lines"}),
    "paypal": Dialect(paypal.MARKET, paypal.PayPalNaming, paypal.write_paypal, untold=[*BILLING, "customers"]),
    "apple": Dialect(apple.MARKET, apple.AppleNaming, apple.write_apple, STORE_UNTOLD),
    "google_play": Dialect(
        google_play.MARKET, google_play.GooglePlayNaming, google_play.write_google_play, (*STORE_UNTOLD, "customers")
    ),
    "razorpay": Dialect(razorpay.MARKET, razorpay.RazorpayNaming, razorpay.write_razorpay, untold=("credit_notes",)),
    "braintree": Dialect(
        braintree.MARKET, braintree.BraintreeNaming, braintree.write_braintree, untold=braintree.UNTOLD
    ),
    "chargebee": Dialect(chargebee.MARKET, chargebee.ChargebeeNaming, chargebee.write_chargebee, chargebee.UNTOLD),
    "recurly": Dialect(recurly.MARKET, recurly.RecurlyNaming, recurly.write_recurly, recurly.UNTOLD),
    "stripe": Dialect(stripe.MARKET, stripe.StripeNaming, stripe.write_stripe),
}
"""By the provider's name."""
