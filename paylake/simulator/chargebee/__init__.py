"""Writes a ledger as Chargebee would: events, list pages, a connector's records of API objects."""

from paylake.simulator.chargebee.market import MARKET
from paylake.simulator.chargebee.naming import ChargebeeNaming
from paylake.simulator.chargebee.writer import write_chargebee

UNTOLD = ("balance_movements", "payouts", "bank_lines", "balance_monthly")
"""It bills and has gateways collect: what they settle, keep and pay out is in their exports."""

__all__ = ["MARKET", "UNTOLD", "ChargebeeNaming", "write_chargebee"]
