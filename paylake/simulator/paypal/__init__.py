"""Writes a ledger as PayPal would: settlement reports and transaction detail reports, one of each a day."""

from paylake.simulator.paypal.market import MARKET
from paylake.simulator.paypal.naming import PayPalNaming
from paylake.simulator.paypal.writer import write_paypal

__all__ = ["MARKET", "PayPalNaming", "write_paypal"]
