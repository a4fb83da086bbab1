"""Dispute reports: what happened to disputes on a day, a file for each day with any."""

from __future__ import annotations

from collections.abc import Iterator

from paylake.simulator.adyen.cells import decimal, payment, table, winter_time
from paylake.simulator.clock import at
from paylake.simulator.ledger import Dispute, Ledger

COLUMNS = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Record Date,Record Date TimeZone,"
    "Dispute Currency,Dispute Amount,Record Type,Dispute PSP Reference,Dispute Reason,RFI Scheme Code,RFI Reason Code,"
    "CB Scheme Code,CB Reason Code,NoF Scheme Code,NoF Reason Code,Payment Date,Payment Date TimeZone,Payment Currency,"
    "Payment Amount,Dispute Date,Dispute Date TimeZone,Dispute ARN,User Name,Risk Scoring,Shopper Interaction,"
    "Shopper Name,Shopper Email,Shopper Reference,Shopper PAN,Iban,Bic,Shopper IP,Shopper Country,Issuer Country,"
    "Issuer Id,3D Directory Response,3D Authentication Response,CVC2 Response,AVS Response,Dispute Auto Defended,"
    "Dispute End Date,Dispute End Date TimeZone"
).split(",")
REASON_CODES = {"visa": "10.4", "mastercard": "4837", "amex": "F29"}


def dispute_reports(ledger: Ledger) -> Iterator[tuple[str, str, int]]:
    """Name, text and number of rows of each day's report."""
    days: dict[str, list[dict[str, str]]] = {}
    for dispute in ledger.disputes:
        for kind, instant in _records(dispute):
            days.setdefault(f"{at(instant):%Y_%m_%d}", []).append(_row(dispute, kind, instant))
    for day, rows in sorted(days.items()):
        yield f"dispute_report_{day}.csv", table(COLUMNS, rows), len(rows)


def _records(dispute: Dispute) -> Iterator[tuple[str, int]]:
    yield "RequestForInformation" if dispute.is_inquiry else "Chargeback", dispute.opened_at
    if dispute.outcome == "won" and dispute.closed_at is not None:
        yield "ChargebackReversed", dispute.closed_at


def _row(dispute: Dispute, kind: str, instant: int) -> dict[str, str]:
    attempt = dispute.attempt
    scheme = "RFI" if dispute.is_inquiry else "CB"
    row = payment(attempt) | {
        "Record Type": kind,
        "Dispute Currency": attempt.currency.upper(),
        "Dispute Amount": decimal(dispute.amount),
        "Dispute PSP Reference": dispute.id,
        "Dispute Reason": dispute.reason.replace("_", " "),
        f"{scheme} Scheme Code": attempt.card.brand,
        f"{scheme} Reason Code": REASON_CODES[attempt.card.brand],
        "Payment Currency": attempt.currency.upper(),
        "Payment Amount": decimal(attempt.captured),
        "Risk Scoring": str(attempt.risk_score),
        "Shopper Interaction": "Ecommerce",
        "Shopper PAN": attempt.card.last4,
        "Issuer Country": attempt.card.country,
        "Dispute Auto Defended": "false",
    }
    row["Record Date"], row["Record Date TimeZone"] = winter_time(instant)
    row["Payment Date"], row["Payment Date TimeZone"] = winter_time(attempt.at)
    row["Dispute Date"], row["Dispute Date TimeZone"] = winter_time(dispute.opened_at)
    return row
