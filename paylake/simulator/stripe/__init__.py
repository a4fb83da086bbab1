"""Writes a ledger as Stripe would: webhook events, API objects, report CSVs."""

from paylake.simulator.stripe.market import MARKET
from paylake.simulator.stripe.naming import StripeNaming
from paylake.simulator.stripe.writer import write_stripe

__all__ = ["MARKET", "StripeNaming", "write_stripe"]
