"""Writes Recurly's files: what was touched in a month as it stood at its end, some of it by the API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paylake.simulator.files import write_text
from paylake.simulator.ledger import Ledger
from paylake.simulator.recurly import accounts, documents, objects, transactions
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.words import Row, export, months

BY_API = 2
"""Number of the month whose accounts and invoices come from the API."""
AGAIN = "-again"
"""Ends the name of an export of the first month that was made again in a later version, with more columns."""


def write_recurly(ledger: Ledger, folder: Path, seed: int) -> dict[str, int]:
    """Write all files below the folder; returns how many records there are of each kind."""
    return _Writer(ledger, folder, RecurlyNaming(seed)).write()


class _Writer:
    """Writes month by month and counts."""

    def __init__(self, ledger: Ledger, folder: Path, naming: RecurlyNaming) -> None:
        self.ledger, self.folder, self.naming = ledger, folder, naming
        self.documents = documents.documents(ledger)
        self.owners = {one.id: one for one in ledger.customers}
        self.counts: dict[str, int] = {}

    def write(self) -> dict[str, int]:
        """All files."""
        self._pages("plans", "plans", objects.plans(self.ledger, self.naming))
        self._pages("coupon_redemptions", "redemptions", objects.redemptions(self.ledger, self.ledger.end, self.naming))
        for index, (month, start, until) in enumerate(months(self.ledger)):
            self._accounts(index, month, start, until)
            self._subscriptions(index, month, start, until)
            self._invoices(index, month, start, until)
            self._transactions(index, month, start, until)
        return self.counts

    def _accounts(self, index: int, month: str, start: int, until: int) -> None:
        own = [
            one
            for one in self.ledger.customers
            if _is_touched((*(state.at for state in one.states), one.deleted_at), start, until)
        ]
        if index == BY_API:
            found = [accounts.account_object(one, until, self.naming) for one in own]
            self._pages("customers", f"accounts-{month}", found)
        else:
            header = accounts.ACCOUNTS_7 if index else accounts.ACCOUNTS
            rows = [accounts.account(one, until, self.naming) for one in own]
            self._export("customers", f"accounts/accounts-{month}.csv", header, rows)

    def _subscriptions(self, index: int, month: str, start: int, until: int) -> None:
        own = [
            one for one in self.ledger.subscriptions if _is_touched([state.at for state in one.states], start, until)
        ]
        rows = [accounts.subscription(one, until, self.naming) for one in own]
        live = [row for row in rows if row["state"] != "expired"]
        churned = [row for row in rows if row["state"] == "expired"]
        versions = [
            row
            for one in own
            for row, *moments in accounts.history(one, until, self.naming)
            if _is_touched(moments, start, until)
        ]
        folder = "subscriptions"
        self._export("subscriptions", f"{folder}/subscriptions-{month}.csv", accounts.SUBSCRIPTIONS, live)
        self._export("churned", f"{folder}/subscriptions_churned-{month}.csv", accounts.CHURNED, churned)
        name = f"{folder}/subscription_history-{month}"
        if index == 0:
            self._export("versions", f"{name}.csv", accounts.HISTORY, versions)
            name += AGAIN
        self._export("versions", f"{name}.csv", accounts.HISTORY_7, versions)

    def _invoices(self, index: int, month: str, start: int, until: int) -> None:
        touched = [one for one in self.documents if documents.touched(one, start, until)]
        if index == BY_API:
            found = [
                objects.invoice_object(one, until, self.naming, self._transaction_objects(one, until))
                for one in touched
            ]
            self._pages("invoices", f"invoices-{month}", found)
            return
        rows = [documents.summary(one, until, self.naming) for one in touched]
        header = documents.INVOICES_7 if index else documents.INVOICES
        self._export("invoices", f"invoices/invoices_summary-{month}.csv", header, rows)
        issued = [one for one in self.documents if start <= one.at < until]
        lines = [row for one in issued for row in documents.adjustments(one, until, self.naming)]
        header = documents.ADJUSTMENTS_8 if index else documents.ADJUSTMENTS
        self._export("adjustments", f"invoices/adjustments-{month}.csv", header, lines)

    def _transaction_objects(self, one: documents.Document, until: int) -> list[dict[str, Any]]:
        if one.note:
            return [transactions.refund_object(one, one.note.refund, self.naming)] if one.note.refund else []
        tries = [attempt for attempt in one.of.attempts if attempt.at < until]
        return [transactions.purchase_object(attempt, self.naming) for attempt in tries]

    def _transactions(self, index: int, month: str, start: int, until: int) -> None:
        rows = [
            transactions.purchase(one, self.owners[one.customer_id or ""], self.naming)
            for one in self.ledger.attempts
            if start <= one.at < until
        ]
        rows += [
            transactions.refund(one, one.note.refund, self.owners[one.of.customer_id], self.naming)
            for one in self.documents
            if one.note and one.note.refund and start <= one.at < until
        ]
        name = f"transactions/transactions-{month}"
        if index == 0:
            self._export("transactions", f"{name}.csv", transactions.TRANSACTIONS_4, rows)
            name += AGAIN
        suffix = ".csv.gz" if index % 3 == 2 else ".csv"
        self._export("transactions", name + suffix, transactions.TRANSACTIONS_9, rows)

    def _export(self, kind: str, name: str, header: Sequence[str], rows: Sequence[Row]) -> None:
        """One CSV; an export of nothing has its header."""
        write_text(self.folder / name, export(header, rows))
        self.counts[kind] = self.counts.get(kind, 0) + len(rows)

    def _pages(self, kind: str, name: str, found: Sequence[dict[str, Any]]) -> None:
        """Pages of a list of the API."""
        for number, page in enumerate(objects.pages(found), 1):
            write_text(self.folder / "api" / f"{name}-{number:03d}.json", json.dumps(page) + "\n")
        self.counts[kind] = self.counts.get(kind, 0) + len(found)


def _is_touched(instants: Sequence[int | None], start: int, until: int) -> bool:
    return any(instant is not None and start <= instant < until for instant in instants)
