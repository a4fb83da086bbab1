"""Writes a ledger as Apple would: signed server notifications, financial reports, the monthly payments."""

from paylake.simulator.apple.market import MARKET
from paylake.simulator.apple.naming import AppleNaming
from paylake.simulator.apple.writer import write_apple

__all__ = ["MARKET", "AppleNaming", "write_apple"]
