"""The merchant: a pure simulation that fills a ledger and writes no file."""

from paylake.simulator.merchant.run import run_merchant

__all__ = ["run_merchant"]
