"""Razorpay's settlement recon: the report as CSV in rupees and Indian time, and the API's items in paise and UTC."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from paylake.simulator.clock import at
from paylake.simulator.ledger import Dispute, Ledger, Movement, Payout
from paylake.simulator.razorpay.market import fee_tax
from paylake.simulator.razorpay.payment_objects import DISPUTE_REASONS, NETWORKS

Json = dict[str, Any]
INDIA = timedelta(hours=5, minutes=30)
ISO, SLASHES = "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S"
TYPES = {"capture": "payment", "refund": "refund", "dispute": "adjustment", "dispute_reversal": "adjustment"}
COLUMNS = (
    "transaction_entity,entity_id,amount,currency,fee (exclusive tax),tax,debit,credit,payment_method,card_type,"
    "issuer_name,entity_created_at,payment_captured_at,payment_notes,refund_notes,arn,entity_description,order_id,"
    "order_receipt,order_notes,dispute_id,dispute_created_at,dispute_reason,settlement_id,settled_at,settlement_utr,"
    "settled_by"
).split(",")


@dataclass(frozen=True)
class Line:
    """A movement that is settled, its settlement, and its dispute if it has one."""

    movement: Movement
    payout: Payout
    dispute: Dispute | None

    @property
    def kind(self) -> str:
        """What both exports call it."""
        return TYPES[self.movement.kind]

    @property
    def entity_id(self) -> str:
        """Payment, refund or adjustment."""
        return self.movement.id if self.kind == "adjustment" else str(self.movement.source_id)

    @property
    def tax(self) -> int:
        """The part of the fee that is tax."""
        return fee_tax(self.movement.gross) if self.kind == "payment" else 0


def settled_lines(ledger: Ledger) -> dict[date, list[Line]]:
    """Every movement that is in a settlement, by the Indian month of the settlement."""
    payouts = {one.id: one for one in ledger.payouts}
    disputes = {one.id: one for one in ledger.disputes}
    months: dict[date, list[Line]] = {}
    for movement in ledger.movements:
        payout = payouts.get(movement.payout_id or "")
        if payout and movement.kind in TYPES:
            line = Line(movement, payout, disputes.get(movement.source_id or ""))
            months.setdefault(indian(payout.at).date().replace(day=1), []).append(line)
    return dict(sorted(months.items()))


def indian(instant: int) -> datetime:
    """The instant on an Indian clock."""
    return at(instant) + INDIA


def rupees(paise: int) -> str:
    """An amount as the report writes it: 10000 is 100.0 and 9764 is 97.64."""
    whole, rest = divmod(abs(paise), 100)
    decimals = f"{rest:02d}".removesuffix("0")
    return f"{'-' if paise < 0 else ''}{whole}.{decimals}"


def report(lines: Iterable[Line], columns: Iterable[str] = COLUMNS, layout: str = ISO) -> str:
    """The report of a month.

    Args:
        lines: its rows.
        columns: which, in which order.
        layout: of its times.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(line, layout) for line in lines)
    return text.getvalue()


def _row(line: Line, layout: str) -> dict[str, str]:
    one, attempt, dispute = line.movement, line.movement.attempt, line.dispute
    row = {
        "transaction_entity": line.kind,
        "entity_id": line.entity_id,
        "amount": rupees(abs(one.gross)),
        "currency": one.currency.upper(),
        "fee (exclusive tax)": rupees(one.fee - line.tax),
        "tax": rupees(line.tax) if line.tax else "0",
        "debit": rupees(max(0, -one.net)),
        "credit": rupees(max(0, one.net)),
        "entity_created_at": f"{indian(one.at):{layout}}",
        "entity_description": one.description,
        "settlement_id": line.payout.id,
        "settled_at": f"{indian(line.payout.at):{layout}}",
        "settlement_utr": line.payout.bank_reference if line.payout.paid_at else "",
        "settled_by": "Razorpay",
    }
    if attempt and line.kind != "adjustment":
        row |= {"payment_method": "card", "card_type": attempt.card.funding, "order_id": attempt.payment_id}
        row |= {"issuer_name": "HDFC", "order_receipt": attempt.order_id or ""}
    if attempt and line.kind == "payment":
        row["entity_created_at"] = f"{indian(attempt.at):{layout}}"
        row["payment_captured_at"] = f"{indian(one.at):{layout}}"
    if dispute:
        row |= {"dispute_id": dispute.id, "dispute_reason": DISPUTE_REASONS[dispute.reason]}
        row |= {"dispute_created_at": f"{indian(dispute.opened_at):{layout}}"}
    return row


def recon_item(line: Line) -> Json:
    """The same row as the recon API gives it: its fee includes the tax."""
    one, attempt, is_payment = line.movement, line.movement.attempt, line.kind == "payment"
    return {
        "entity_id": line.entity_id,
        "type": line.kind,
        "debit": max(0, -one.net),
        "credit": max(0, one.net),
        "amount": abs(one.gross),
        "currency": one.currency.upper(),
        "fee": one.fee,
        "tax": line.tax,
        "on_hold": False,
        "settled": True,
        "created_at": attempt.at if attempt and is_payment else one.at,
        "settled_at": line.payout.at,
        "settlement_id": line.payout.id,
        "posted_at": None,
        "credit_type": "default",
        "description": one.description,
        "notes": "{}",
        "payment_id": attempt.id if attempt and line.kind == "refund" else None,
        "settlement_utr": line.payout.bank_reference if line.payout.paid_at else None,
        "order_id": attempt.payment_id if attempt else None,
        "order_receipt": attempt.order_id if attempt else None,
        "method": "card",
        "card_network": NETWORKS[attempt.card.brand] if attempt else None,
        "card_issuer": "HDFC",
        "card_type": attempt.card.funding if attempt else None,
        "dispute_id": line.dispute.id if line.dispute else None,
    }
