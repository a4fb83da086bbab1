"""Writes a ledger as Razorpay would: settlement recon reports, API entities, webhook events."""

from paylake.simulator.razorpay.market import MARKET
from paylake.simulator.razorpay.naming import RazorpayNaming
from paylake.simulator.razorpay.writer import write_razorpay

__all__ = ["MARKET", "RazorpayNaming", "write_razorpay"]
