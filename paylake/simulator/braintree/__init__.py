"""Writes a ledger as Braintree would: objects of the client libraries and of the GraphQL API, fee report CSVs."""

from paylake.simulator.braintree.market import MARKET
from paylake.simulator.braintree.naming import BraintreeNaming
from paylake.simulator.braintree.writer import write_braintree

UNTOLD = ("bank_lines", "balance_monthly", "invoices", "invoice_lines", "credit_notes", "deferred_revenue_monthly")
"""It has no invoices, its disbursements name no bank line, and its balance is not exported."""

__all__ = ["MARKET", "UNTOLD", "BraintreeNaming", "write_braintree"]
