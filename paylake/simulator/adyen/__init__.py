"""Writes a ledger as Adyen would: settlement details by batch, payment accounting, dispute reports, notifications."""

from paylake.simulator.adyen.market import MARKET
from paylake.simulator.adyen.naming import AdyenNaming
from paylake.simulator.adyen.writer import write_adyen

__all__ = ["MARKET", "AdyenNaming", "write_adyen"]
