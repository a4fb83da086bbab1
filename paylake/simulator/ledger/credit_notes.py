"""Records of invoices that became smaller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paylake.simulator.ledger.billing import Invoice, InvoiceLine
from paylake.simulator.ledger.payments import Refund


@dataclass(frozen=True, slots=True)
class CreditNoteLine:
    """What a credit note takes off one line of its invoice: without tax, and the tax on it."""

    id: str
    line: InvoiceLine
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A final invoice made smaller: with a refund, or settled outside of the provider."""

    id: str
    number: str
    invoice: Invoice
    lines: tuple[CreditNoteLine, ...]
    reason: Literal["duplicate", "order_change", "product_unsatisfactory"]
    at: int
    refund: Refund | None = None

    @property
    def tax(self) -> int:
        """The part that is tax."""
        return sum(line.tax for line in self.lines)

    @property
    def total(self) -> int:
        """What the customer owes less, with tax."""
        return sum(line.amount + line.tax for line in self.lines)
