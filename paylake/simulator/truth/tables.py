"""Writes every table of the truth from the ledger alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from paylake.simulator.ledger import Ledger
from paylake.simulator.truth import money, recognition, revenue
from paylake.simulator.truth.parquet import columns, write_table

Row = dict[str, Any]
COLUMNS = {
    "as_of": columns("as_of_at window_start_at window_end_at"),
    "subscription_item_history": revenue.ITEM_HISTORY,
    "mrr_movements": revenue.MOVEMENTS,
    "mrr_monthly": revenue.MONTHLY,
    "mrr_customer_monthly": revenue.CUSTOMER_MONTHLY,
    "customers": money.CUSTOMERS,
    "invoices": money.INVOICES,
    "invoice_lines": money.INVOICE_LINES,
    "credit_notes": recognition.CREDIT_NOTES,
    "deferred_revenue_monthly": recognition.DEFERRED,
    "payment_attempts": money.ATTEMPTS,
    "refunds": money.REFUNDS,
    "disputes": money.DISPUTES,
    "balance_movements": money.MOVEMENTS,
    "payouts": money.PAYOUTS,
    "bank_lines": money.BANK_LINES,
    "balance_monthly": money.BALANCE,
}
"""Columns of every table besides `provider`."""
BILLING = frozenset(
    {
        "subscription_item_history",
        "mrr_movements",
        "mrr_monthly",
        "mrr_customer_monthly",
        "invoices",
        "invoice_lines",
        "credit_notes",
        "deferred_revenue_monthly",
    }
)
PAYMENTS = frozenset(
    {"payment_attempts", "refunds", "disputes", "balance_movements", "payouts", "bank_lines", "balance_monthly"}
)


def last_instant(ledger: Ledger) -> int:
    """The latest instant at which anything happened."""
    instants: list[int | None] = [ledger.start]
    for customer in ledger.customers:
        instants += [customer.last.at, customer.deleted_at]
    instants += [sub.last.at for sub in ledger.subscriptions]
    for invoice in ledger.invoices:
        instants += [invoice.created_at, invoice.finalized_at, invoice.paid_at]
        instants += [invoice.voided_at, invoice.uncollectible_at]
    instants += [note.at for note in ledger.credit_notes]
    for attempt in ledger.attempts:
        instants += [attempt.at, attempt.captured_at]
    for dispute in ledger.disputes:
        instants += [dispute.opened_at, dispute.closed_at]
    instants += [movement.at for movement in ledger.movements]
    for payout in ledger.payouts:
        instants += [payout.paid_at, payout.failed_at]
    return max(instant for instant in instants if instant is not None)


def write_truth(ledgers: Mapping[str, Ledger], folder: Path, untold: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Write `<table>.parquet` for every table; returns the number of rows of each.

    Args:
        ledgers: what happened at each provider.
        folder: to write into.
        untold: for a provider, the tables of which its exports say nothing: its rows are left out of them.
    """
    folder.mkdir(parents=True)
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for provider, ledger in ledgers.items():
        for name, told in _tables(ledger).items():
            if name not in untold.get(provider, ()):
                rows[name] += ({"provider": provider, **row} for row in told)
    return {
        name: write_table(folder / f"{name}.parquet", columns("provider") | spec, rows[name])
        for name, spec in COLUMNS.items()
    }


def _tables(ledger: Ledger) -> dict[str, Iterable[Row]]:
    as_of = last_instant(ledger)
    truth = revenue.Revenue(ledger, as_of)
    return {
        "as_of": [{"as_of_at": as_of, "window_start_at": ledger.start, "window_end_at": ledger.end}],
        "subscription_item_history": truth.item_rows(),
        "mrr_movements": truth.movement_rows(),
        "mrr_monthly": truth.month_rows(),
        "mrr_customer_monthly": truth.customer_month_rows(),
        "customers": money.customer_rows(ledger),
        "invoices": money.invoice_rows(ledger),
        "invoice_lines": money.invoice_line_rows(ledger),
        "credit_notes": recognition.credit_note_rows(ledger),
        "deferred_revenue_monthly": recognition.deferred_rows(ledger, as_of),
        "payment_attempts": money.attempt_rows(ledger),
        "refunds": money.refund_rows(ledger),
        "disputes": money.dispute_rows(ledger),
        "balance_movements": money.movement_rows(ledger),
        "payouts": money.payout_rows(ledger),
        "bank_lines": money.bank_rows(ledger),
        "balance_monthly": money.balance_rows(ledger, as_of),
    }
