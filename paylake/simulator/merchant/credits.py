"""Credit notes: paid invoices made smaller, with some or all refunds and now and then without one.

They throw no dice, so that whether a provider has them changes nothing else of the merchant.
"""

from __future__ import annotations

from fractions import Fraction

from paylake.simulator.clock import DAY
from paylake.simulator.ledger import Attempt, CreditNote, CreditNoteLine, Invoice, Refund, half_up
from paylake.simulator.merchant.pricing import allocate
from paylake.simulator.merchant.world import World

GOODWILL_EVERY = 9
GOODWILL_AFTER = 40 * DAY
"""Later than any first refund, so that nothing is credited twice."""
GOODWILL_PERCENT = 20
REASONS = {"duplicate": "duplicate", "requested_by_customer": "order_change", None: "product_unsatisfactory"}


class Credits:
    """Issues the credit notes of invoices that were charged."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.invoices: dict[str, Invoice] = {}
        self.refunds = 0
        self.touched: set[str] = set()
        self.numbers: dict[str, int] = {}

    def paid(self, invoice: Invoice, attempt: Attempt) -> None:
        """Remember what a charge paid for; one in nine customers complains later."""
        self.invoices[attempt.id] = invoice
        if self.world.market.has_credit_notes and len(self.invoices) % GOODWILL_EVERY == 0:
            self.world.at(self.world.now + GOODWILL_AFTER, lambda: self._show_goodwill(invoice))

    def refunded(self, refund: Refund) -> None:
        """A credit note over one in so many refunds of invoices; the rest is money given back and no more."""
        invoice = self.invoices.get(refund.attempt.id)
        if invoice is None or not self.world.market.has_credit_notes:
            return
        self.touched.add(invoice.id)
        if self.refunds % self.world.market.refunds_per_credit_note == 0:
            self._issue(invoice, refund.amount, REASONS[refund.reason], refund)
        self.refunds += 1

    def _show_goodwill(self, invoice: Invoice) -> None:
        if invoice.id not in self.touched:
            owed = sum(max(0, line.amount - line.discount + line.tax) for line in invoice.lines)
            self._issue(invoice, half_up(Fraction(owed * GOODWILL_PERCENT, 100)), "product_unsatisfactory", None)

    def _issue(self, invoice: Invoice, total: int, reason: str, refund: Refund | None) -> None:
        """Take a total, tax included, off the lines that cost something."""
        gross = [max(0, line.amount - line.discount + line.tax) for line in invoice.lines]
        lines = []
        for line, whole, part in zip(invoice.lines, gross, allocate(total, gross), strict=True):
            if part:
                tax = half_up(Fraction(part * line.tax, whole))
                lines.append(CreditNoteLine(self.world.new_id("credit_note_line"), line, part - tax, tax))
        number = self.numbers[invoice.id] = self.numbers.get(invoice.id, 0) + 1
        self.world.ledger.credit_notes.append(
            CreditNote(
                self.world.new_id("credit_note"),
                f"{invoice.number}-CN-{number:02d}",
                invoice,
                tuple(lines),
                reason,  # type: ignore[arg-type]
                self.world.now,
                refund,
            )
        )
