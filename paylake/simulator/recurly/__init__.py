"""Writes a ledger as Recurly would: CSV exports of a site, and objects of the API."""

from paylake.simulator.recurly.market import MARKET
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.writer import write_recurly
from paylake.simulator.truth.tables import PAYMENTS

UNTOLD = PAYMENTS - {"payment_attempts", "refunds"}
"""The gateways move the money: Recurly knows no balance, no payout, and no dispute before it is lost."""

__all__ = ["MARKET", "UNTOLD", "RecurlyNaming", "write_recurly"]
