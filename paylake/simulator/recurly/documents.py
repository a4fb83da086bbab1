"""Invoices and their lines: what is charged, and what is credited, as exports show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paylake.simulator.ledger import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Ledger, Price
from paylake.simulator.recurly.naming import RecurlyNaming
from paylake.simulator.recurly.words import Row, before, major, plan_code, site_time

INVOICES = """
    id invoice_number billed_date due_on closed_at status net_terms collection_method account_code account_country
    coupon_code currency invoice_total invoice_subtotal tax_amount tax_type tax_region tax_rate credit_to_account
    recovery_reason modified_at invoice_type original_invoice_number
""".split()
INVOICES_7 = [
    *INVOICES, "invoice_doc_type", "invoice_balance", "invoice_balance_modified_at", "invoice_discount",
    "invoice_subtotal_before_discounts", "invoice_refundable_amount", "dunning_campaign_code", "used_tax_service",
    "business_entity_code", "parent_account_code", "invoice_api_id",
]  # fmt: skip
ADJUSTMENTS = """
    uuid account_code subscription_id invoice_id adjustment_status adjustment_type adjustment_created_at
    adjustment_start_at adjustment_end_at adjustment_description adjustment_quantity adjustment_currency
    adjustment_amount adjustment_total adjustment_taxable adjustment_discount adjustment_tax
    adjustment_product_code adjustment_origin tax_type tax_amount adjustment_refund original_adjustment_uuid
    invoice_number invoice_state invoice_billed_date invoice_type adjustment_plan_code original_invoice_number
""".split()
ADJUSTMENTS_8 = [
    *ADJUSTMENTS, "adjustment_subtotal", "adjustment_credit_reason_code", "adjustment_refundable_amount",
    "item_code", "item_id", "external_sku", "tax_inclusive", "business_entity_code", "adjustment_api_id",
]  # fmt: skip
DUE = 24 * 3_600


@dataclass(frozen=True)
class Line:
    """A charge, or a credit with amounts below zero."""

    id: str
    price: Price
    quantity: int
    description: str
    amount: int
    discount: int
    tax: int
    start: int
    end: int
    is_trial: bool
    original_id: str = ""

    @property
    def total(self) -> int:
        """With tax and without the discount."""
        return self.amount - self.discount + self.tax


@dataclass(frozen=True)
class Document:
    """An invoice that charges an account, or one that credits it: the credit note of such an invoice."""

    id: str
    number: str
    of: Invoice
    at: int
    lines: tuple[Line, ...]
    note: CreditNote | None = None
    original_number: str = ""

    def status(self, until: int) -> tuple[str, int | None, int]:
        """Its state just before `until`, when that closed it, and when it changed last."""
        one = self.of
        if self.note:
            return ("closed", self.at, self.at) if self.note.refund else ("open", None, self.at)
        for word, instant in (("voided", one.voided_at), ("paid", one.paid_at), ("failed", one.uncollectible_at)):
            if instant is not None and instant < until:
                return word, instant, instant
        failed = [attempt.at for attempt in one.attempts if attempt.at < until]
        return ("past_due", None, failed[0]) if failed else ("pending", None, self.at)

    def instants(self) -> list[int | None]:
        """When something about it changed."""
        if self.note:
            return [self.at]
        one = self.of
        return [self.at, one.paid_at, one.voided_at, one.uncollectible_at, *(attempt.at for attempt in one.attempts)]


def documents(ledger: Ledger) -> list[Document]:
    """All invoices in the order of their numbers, those that credit among them."""
    told: list[tuple[int, Invoice, CreditNote | None]] = [
        (one.finalized_at, one, None) for one in ledger.invoices if one.finalized_at is not None
    ]
    told += [(one.at, one.invoice, one) for one in ledger.credit_notes]
    found: list[Document] = []
    numbers: dict[str, str] = {}
    for number, (at, invoice, note) in enumerate(sorted(told, key=lambda one: one[0]), 1001):
        if note is None:
            numbers[invoice.id] = str(number)
            lines = tuple(_charge(line, invoice) for line in invoice.lines)
            found.append(Document(invoice.id, str(number), invoice, at, lines))
        else:
            credits = tuple(map(_credit, note.lines))
            found.append(Document(note.id, str(number), invoice, at, credits, note, numbers[invoice.id]))
    return found


def _charge(line: InvoiceLine, invoice: Invoice) -> Line:
    is_trial = line.amount == 0 and invoice.billing_reason == "subscription_create" and line.price.unit_amount > 0
    return Line(
        line.id, line.price, line.quantity, line.description, line.amount, line.discount, line.tax, line.period_start,
        line.period_end, is_trial,
    )  # fmt: skip


def _credit(one: CreditNoteLine) -> Line:
    line = one.line
    return Line(
        one.id, line.price, 1, f"Refund of {line.description}", -one.amount, 0, -one.tax, line.period_start,
        line.period_end, False, line.id,
    )  # fmt: skip


def summary(one: Document, until: int, naming: RecurlyNaming) -> Row:
    """An invoice as an export made just before `until` shows it."""
    currency, invoice = one.of.currency, one.of
    status, closed_at, modified_at = one.status(until)
    total = sum(line.total for line in one.lines)
    discount, tax = sum(line.discount for line in one.lines), sum(line.tax for line in one.lines)
    balance = 0 if closed_at is not None else total
    return {
        "id": one.id,
        "invoice_number": one.number,
        "billed_date": site_time(one.at),
        "due_on": site_time(one.at + DUE),
        "closed_at": site_time(closed_at),
        "status": status,
        "net_terms": "on-receipt",
        "collection_method": "automatic",
        "account_code": invoice.customer_id,
        "coupon_code": _coupon(invoice),
        "currency": currency.upper(),
        "invoice_total": major(total, currency),
        "invoice_subtotal": major(total - tax, currency),
        "tax_amount": major(tax, currency),
        "tax_type": "vat" if tax else "",
        "credit_to_account": "0",
        "modified_at": site_time(modified_at),
        "invoice_type": origin(one),
        "original_invoice_number": one.original_number,
        "invoice_doc_type": "credit" if one.note else "charge",
        "invoice_balance": major(balance, currency),
        "invoice_balance_modified_at": site_time(modified_at),
        "invoice_discount": major(discount, currency),
        "invoice_subtotal_before_discounts": major(total - tax + discount, currency),
        "used_tax_service": "FALSE",
        "invoice_api_id": naming.short(one.id),
    }


def adjustments(one: Document, until: int, naming: RecurlyNaming) -> Iterator[Row]:
    """Its lines."""
    currency = one.of.currency
    for line in one.lines:
        yield {
            "uuid": line.id,
            "account_code": one.of.customer_id,
            "subscription_id": one.of.subscription_id,
            "invoice_id": one.id,
            "adjustment_status": "invoiced",
            "adjustment_type": "credit" if one.note else "charge",
            "adjustment_created_at": site_time(one.at),
            "adjustment_start_at": site_time(line.start),
            "adjustment_end_at": site_time(line.end),
            "adjustment_description": line.description,
            "adjustment_quantity": str(line.quantity),
            "adjustment_currency": currency.upper(),
            "adjustment_amount": major(line.amount, currency),
            "adjustment_total": major(line.total, currency),
            "adjustment_taxable": "1" if line.tax else "0",
            "adjustment_discount": major(line.discount, currency),
            "adjustment_tax": major(line.tax, currency),
            "adjustment_product_code": plan_code(line.price),
            "adjustment_origin": "plan_trial" if line.is_trial else "plan",
            "tax_type": "vat" if line.tax else "",
            "tax_amount": major(line.tax, currency),
            "adjustment_refund": "TRUE" if one.note else "FALSE",
            "original_adjustment_uuid": line.original_id,
            "invoice_number": one.number,
            "invoice_state": one.status(until)[0],
            "invoice_billed_date": site_time(one.at),
            "invoice_type": "refund" if one.note else "purchase",
            "adjustment_plan_code": plan_code(line.price),
            "original_invoice_number": one.original_number,
            "adjustment_subtotal": major(line.amount - line.discount, currency),
            "adjustment_credit_reason_code": "refund" if one.note else "",
            "tax_inclusive": "FALSE",
            "adjustment_api_id": naming.short(line.id),
        }


def origin(one: Document) -> str:
    """What it was issued for."""
    if one.note:
        return "refund"
    return "renewal" if one.of.billing_reason == "subscription_cycle" else "purchase"


def _coupon(invoice: Invoice) -> str:
    return invoice.discount.coupon.name.lower().replace(" ", "-") if invoice.discount else ""


def touched(one: Document, start: int, until: int) -> bool:
    """Whether something about it changed within [start, until)."""
    latest = before(until, *one.instants())
    return latest is not None and latest >= start
