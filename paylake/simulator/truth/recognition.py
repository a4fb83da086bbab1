"""Truth about credit notes, and about recognised and deferred revenue, by time and month.

- A line is earned evenly over its service period; without one, when its invoice is issued.
- At every month's end the whole of what is earned until then is worked out and rounded to the minor unit, halves away
  from zero; a month's revenue is what that grew by.
- Credit notes take off the lines they name. A refund without one takes off every line in proportion to the invoice's
  total. A line never becomes less than nothing. What is left of it counts as if it had been its amount all along.
- A void invoice is worth nothing from then on. One given up keeps what was earned until then: of the month it was
  given up in, the part that had passed.
- What is earned before the invoice is issued is unbilled; afterwards what is not earned is deferred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from typing import Any

from paylake.simulator.clock import midnight, month_of, months_between, next_month
from paylake.simulator.ledger import Invoice, InvoiceLine, Ledger, half_up
from paylake.simulator.truth.parquet import columns

Row = dict[str, Any]
CREDIT_NOTES = columns(
    "credit_note_id invoice_id status reason currency amount_minor tax_minor total_minor issued_at voided_at"
)
DEFERRED = columns(
    "currency month opening_minor billed_minor credited_minor refunded_minor voided_minor written_off_minor "
    "recognised_minor unbilled_change_minor closing_minor unbilled_minor bad_debt_minor is_complete"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that has happened to a line by an instant; amounts that lower it are negative."""

    billed: int = 0
    credited: int = 0
    refunded: int = 0
    voided: int = 0
    written_off: int = 0
    recognised: int = 0
    unbilled: int = 0
    deferred: int = 0
    bad_debt: int = 0


NAMES = tuple(one.name for one in fields(Standing))


@dataclass(slots=True)
class Story:
    """An invoice, and what took off it: instants with the amounts of lines by id, or of the whole invoice."""

    invoice: Invoice
    issued_at: int
    credits: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    refunds: list[tuple[int, int]] = field(default_factory=list)

    def instants(self, line: InvoiceLine) -> list[int]:
        """When anything can happen to a line."""
        ends = [self.invoice.voided_at, self.invoice.uncollectible_at]
        found = [self.issued_at, *(at for at, _ in self.credits), *(at for at, _ in self.refunds)]
        return [
            *found,
            *(at for at in ends if at is not None),
            line.period_start,
            max(line.period_start, line.period_end - 1),
        ]

    def earned(self, line: InvoiceLine, amount: int, at: int) -> int:
        """What of an amount is earned by the service until an instant."""
        start, end = line.period_start, line.period_end
        if end <= start:
            return amount if at > self.issued_at else 0
        return half_up(Fraction(amount * (min(max(at, start), end) - start), end - start))

    def kept(self, line: InvoiceLine, amount: int, lost_at: int) -> int:
        """What stays earned of an invoice that was given up."""
        first = midnight(month_of(lost_at))
        last = midnight(next_month(month_of(lost_at)))
        before, whole = self.earned(line, amount, first), self.earned(line, amount, last)
        start, end = max(first, line.period_start), min(last, line.period_end)
        if end <= start:
            return whole
        return before + half_up(Fraction((whole - before) * (min(max(lost_at, start), end) - start), end - start))

    def standing(self, line: InvoiceLine, at: int) -> Standing:
        """How a line stands just before an instant."""
        invoice, whole = self.invoice, line.amount - line.discount
        credited = sum(parts.get(line.id, 0) for when, parts in self.credits if when < at)
        credited = _within(credited, whole)
        back = min(sum(amount for when, amount in self.refunds if when < at), max(0, invoice.total))
        refunded = _within(credited + (half_up(Fraction(whole * back, invoice.total)) if back else 0), whole) - credited
        left = whole - credited - refunded
        is_issued = self.issued_at < at
        is_void = invoice.voided_at is not None and invoice.voided_at < at
        is_lost = not is_void and invoice.uncollectible_at is not None and invoice.uncollectible_at < at
        if is_void:
            earned = 0
        elif is_lost and invoice.uncollectible_at is not None:
            earned = self.kept(line, left, invoice.uncollectible_at)
        else:
            earned = self.earned(line, left, at)
        return Standing(
            billed=whole if is_issued else 0,
            credited=-credited,
            refunded=-refunded,
            voided=-left if is_void else 0,
            written_off=earned - left if is_lost else 0,
            recognised=earned,
            unbilled=0 if is_issued else earned,
            deferred=left - earned if is_issued and not is_void and not is_lost else 0,
            bad_debt=earned if is_lost else 0,
        )


def credit_note_rows(ledger: Ledger) -> Iterator[Row]:
    """One row per credit note; the amount is without tax."""
    for one in ledger.credit_notes:
        yield {
            "credit_note_id": one.id,
            "invoice_id": one.invoice.id,
            "status": "issued",
            "reason": one.reason,
            "currency": one.invoice.currency.upper(),
            "amount_minor": one.total - one.tax,
            "tax_minor": one.tax,
            "total_minor": one.total,
            "issued_at": one.at,
            "voided_at": None,
        }


def deferred_rows(ledger: Ledger, as_of: int) -> Iterator[Row]:
    """One row per currency and month from the first to the last in which a line is earned or changed."""
    ends: dict[tuple[str, date], dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    changes: dict[tuple[str, date], dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    for story in _stories(ledger):
        for line in story.invoice.lines:
            if line.amount == line.discount:
                continue
            before = Standing()
            instants = story.instants(line)
            for month in months_between(month_of(min(instants)), month_of(max(instants))):
                after, key = story.standing(line, midnight(next_month(month))), (story.invoice.currency, month)
                for name in NAMES:
                    ends[key][name] += getattr(after, name)
                    changes[key][name] += getattr(after, name) - getattr(before, name)
                before = after
    for currency in sorted({name for name, _ in changes}):
        months, opening = [month for name, month in changes if name == currency], 0
        for month in months_between(min(months), max(months)):
            end, change = ends[currency, month], changes[currency, month]
            moved = ("billed", "credited", "refunded", "voided", "written_off", "recognised", "bad_debt")
            yield {
                "currency": currency.upper(),
                "month": month,
                "opening_minor": opening,
                **{f"{name}_minor": change[name] for name in moved},
                "unbilled_change_minor": change["unbilled"],
                "closing_minor": end["deferred"],
                "unbilled_minor": end["unbilled"],
                "is_complete": midnight(next_month(month)) <= as_of,
            }
            opening = end["deferred"]


def _within(part: int, whole: int) -> int:
    """A part that is neither more than the whole nor of the other sign."""
    return min(max(part, min(0, whole)), max(0, whole))


def _stories(ledger: Ledger) -> Iterator[Story]:
    stories = {one.id: Story(one, one.finalized_at) for one in ledger.invoices if one.finalized_at is not None}
    by_note = set()
    for note in ledger.credit_notes:
        stories[note.invoice.id].credits.append((note.at, {line.line.id: line.amount for line in note.lines}))
        by_note.add(note.refund.id if note.refund else None)
    for refund in ledger.refunds:
        if refund.attempt.invoice_id and refund.id not in by_note:
            stories[refund.attempt.invoice_id].refunds.append((refund.at, refund.amount))
    yield from stories.values()
