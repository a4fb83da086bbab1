"""Writes every table of the truth from the ledger alone."""

from __future__ import annotations

from pathlib import Path

from paylake.simulator.ledger import Ledger
from paylake.simulator.truth import money, revenue
from paylake.simulator.truth.parquet import columns, write_table


def last_instant(ledger: Ledger) -> int:
    """The latest instant at which anything happened."""
    instants: list[int | None] = [ledger.start]
    for customer in ledger.customers:
        instants += [customer.last.at, customer.deleted_at]
    instants += [sub.last.at for sub in ledger.subscriptions]
    for invoice in ledger.invoices:
        instants += [invoice.created_at, invoice.finalized_at, invoice.paid_at]
        instants += [invoice.voided_at, invoice.uncollectible_at]
    for attempt in ledger.attempts:
        instants += [attempt.at, attempt.captured_at]
    for dispute in ledger.disputes:
        instants += [dispute.opened_at, dispute.closed_at]
    instants += [movement.at for movement in ledger.movements]
    for payout in ledger.payouts:
        instants += [payout.paid_at, payout.failed_at]
    return max(instant for instant in instants if instant is not None)


def write_truth(ledger: Ledger, folder: Path) -> dict[str, int]:
    """Write `<table>.parquet` for every table; returns the number of rows of each."""
    folder.mkdir(parents=True)
    as_of = last_instant(ledger)
    truth = revenue.Revenue(ledger, as_of)
    as_of_columns = columns("as_of_at window_start_at window_end_at")
    as_of_row = {"as_of_at": as_of, "window_start_at": ledger.start, "window_end_at": ledger.end}
    tables = {
        "as_of": (as_of_columns, [as_of_row]),
        "subscription_item_history": (revenue.ITEM_HISTORY, truth.item_rows()),
        "mrr_movements": (revenue.MOVEMENTS, truth.movement_rows()),
        "mrr_monthly": (revenue.MONTHLY, truth.month_rows()),
        "mrr_customer_monthly": (revenue.CUSTOMER_MONTHLY, truth.customer_month_rows()),
        "customers": (money.CUSTOMERS, money.customer_rows(ledger)),
        "invoices": (money.INVOICES, money.invoice_rows(ledger)),
        "invoice_lines": (money.INVOICE_LINES, money.invoice_line_rows(ledger)),
        "payment_attempts": (money.ATTEMPTS, money.attempt_rows(ledger)),
        "refunds": (money.REFUNDS, money.refund_rows(ledger)),
        "disputes": (money.DISPUTES, money.dispute_rows(ledger)),
        "balance_movements": (money.MOVEMENTS, money.movement_rows(ledger)),
        "payouts": (money.PAYOUTS, money.payout_rows(ledger)),
        "bank_lines": (money.BANK_LINES, money.bank_rows(ledger)),
        "balance_monthly": (money.BALANCE, money.balance_rows(ledger, as_of)),
    }
    return {name: write_table(folder / f"{name}.parquet", spec, rows) for name, (spec, rows) in tables.items()}
