"""The transaction-level fee report: a row for each sale and refund by the date of its disbursement, in four layouts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from fractions import Fraction

from paylake.simulator.braintree.market import RATES
from paylake.simulator.braintree.transactions import BRANDS
from paylake.simulator.braintree.words import ALPHA_3, Disbursements, account, day, major
from paylake.simulator.ledger import Attempt, Ledger, Movement, half_up

Row = dict[str, str]
FLAT_RATE = [
    "Merchant Account ID", "Transaction ID", "Original Transaction ID", "Transaction Type", "Presentment Currency",
    "Original Sale Amount", "Settlement Currency", "Settlement Amount", "Settlement Date", "Disbursement Date",
    "Payment Instrument", "Card Brand", "Card Type", "First 6 of CC", "Issuing Bank", "Refunded Amount", "Refund Type",
    "Exchange Rate", "Order ID", "Acquirer Reference Number", "Card Issuing Country", "Discount", "Discount Credit",
    "Per Transaction Fee", "Per Transaction Fee Credit", "Multicurrency Fee Amount", "Multicurrency Fee Credit",
    "Total Fee Amount",
]  # fmt: skip
WITH_TOKEN = ["Merchant Account Token", *FLAT_RATE[1:25], "Braintree Total Amount", *FLAT_RATE[25:]]
ESTIMATED = [
    "Merchant Account ID", "Transaction ID", "Original Transaction ID", "Transaction Type", "Presentment Currency",
    "Settlement Currency", "Settlement Amount", "Settlement Date", "Disbursement Date", "Payment Instrument",
    "Card Brand", "Card Type", "First 6 of CC", "Issuing Bank", "Interchange Description", "Interchange Currency",
    "Refunded Amount", "Est. Interchange Rate", "Est. Interchange Rate Credit", "Est. Interchange Fixed",
    "Est. Interchange Fixed Credit", "Est. Interchange Total Amount", "Exchange Rate", "Order ID",
    "Acquirer Reference Number", "Card Issuing Country", "Discount", "Discount Credit", "Per Transaction Fee",
    "Per Transaction Fee Credit", "Braintree Total Amount", "Est. Total Fee Amount",
]  # fmt: skip
FINAL = [name.removeprefix("Est. ") for name in ESTIMATED if name != "Interchange Currency"]
INTERCHANGE = Fraction("0.002")
BINS = {"visa": "402389", "mastercard": "555519", "amex": "378282"}


def fee_reports(ledger: Ledger, paid_out: Disbursements, month_of: Callable[[int], str]) -> dict[str, str]:
    """Texts by name of file: one for each merchant account and month, and the first euros also as first estimated."""
    rows: dict[tuple[str, str], list[Row]] = {}
    for movement in ledger.movements:
        attempt, paid = movement.attempt, paid_out.at(movement, ledger.end)
        if attempt and paid is not None and movement.kind in ("capture", "refund"):
            rows.setdefault((movement.currency, month_of(paid)), []).append(_row(movement, attempt, paid))
    names = sorted({month for _, month in rows})
    found = {}
    for (currency, month), own in sorted(rows.items()):
        early = names.index(month) == 0
        header = {"usd": FLAT_RATE if early else WITH_TOKEN, "eur": FINAL}[currency]
        found[f"transaction_level_fees_{account(currency)}_{month}.csv"] = _csv(header, own)
        if currency == "eur" and early:
            found[f"transaction_level_fees_{account(currency)}_{month}_estimated.csv"] = _csv(ESTIMATED, own)
    return found


def _row(movement: Movement, attempt: Attempt, paid: int) -> Row:
    currency, is_sale = movement.currency, movement.kind == "capture"
    rate, fixed = RATES[currency] if is_sale else ("0", 0)
    interchange = half_up(movement.gross * INTERCHANGE) if currency == "eur" and is_sale else 0
    none = "0.00"
    row = {
        "Merchant Account ID": account(currency),
        "Merchant Account Token": account(currency),
        "Transaction ID": attempt.id if is_sale else str(movement.source_id),
        "Original Transaction ID": "" if is_sale else attempt.id,
        "Transaction Type": "sale" if is_sale else "credit",
        "Presentment Currency": currency.upper(),
        "Original Sale Amount": major(attempt.captured),
        "Settlement Currency": currency.upper(),
        "Settlement Amount": major(movement.gross),
        "Settlement Date": day(movement.at),
        "Disbursement Date": day(paid),
        "Payment Instrument": "Credit Card",
        "Card Brand": BRANDS[attempt.card.brand],
        "Card Type": attempt.card.funding.title(),
        "First 6 of CC": BINS[attempt.card.brand],
        "Issuing Bank": "A Bank, National Association",
        "Interchange Description": "CONSUMER CREDIT",
        "Interchange Currency": currency.upper(),
        "Refunded Amount": none if is_sale else major(-movement.gross),
        "Refund Type": "" if is_sale else "full" if -movement.gross == attempt.captured else "partial",
        "Interchange Rate": str(float(INTERCHANGE)),
        "Interchange Fixed": none,
        "Interchange Total Amount": major(interchange),
        "Exchange Rate": "1.00",
        "Order ID": attempt.order_id or "",
        "Acquirer Reference Number": "",
        "Card Issuing Country": ALPHA_3[attempt.card.country],
        "Discount": rate,
        "Per Transaction Fee": major(fixed),
        "Braintree Total Amount": major(movement.fee - interchange),
        "Total Fee Amount": major(movement.fee),
    }
    credits = [name for name in (*FLAT_RATE, *FINAL) if name.endswith("Credit") or name == "Multicurrency Fee Amount"]
    return dict.fromkeys(credits, none) | row


def _csv(header: list[str], rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row[name.removeprefix("Est. ")] for name in header] for row in rows)
    return text.getvalue()
