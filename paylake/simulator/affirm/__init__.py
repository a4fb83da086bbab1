"""Writes a ledger as Affirm would: settlement reports by account and day, charges and their events."""

from paylake.simulator.affirm.market import MARKET
from paylake.simulator.affirm.naming import AffirmNaming
from paylake.simulator.affirm.writer import write_affirm

__all__ = ["MARKET", "AffirmNaming", "write_affirm"]
