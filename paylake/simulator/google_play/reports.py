"""Google Play's money: earnings of a month, a line for each charge, fee and refund, and estimated sales."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from paylake.simulator.amounts import major_units
from paylake.simulator.clock import at
from paylake.simulator.google_play.market import MARKET, STORE, pacific, pacific_month
from paylake.simulator.ledger import Attempt, Ledger, Movement, Subscription

PACKAGE = "com.example.tides"
OLD_EARNINGS = [
    "Description", "Transaction Date", "Transaction Time", "Tax Type", "Transaction Type", "Refund Type",
    "Product Title", "Product id", "Product Type", "Sku Id", "Hardware", "Buyer Country", "Buyer State",
    "Buyer Postal Code", "Buyer Currency", "Amount (Buyer Currency)", "Currency Conversion Rate",
    "Merchant Currency", "Amount (Merchant Currency)",
]  # fmt: skip
EARNINGS = [
    *("Package ID" if name == "Product id" else "SKU ID" if name == "Sku Id" else name for name in OLD_EARNINGS),
    "Base Plan ID", "Offer ID", "Group ID", "First USD 1M Eligible", "Service Fee %", "Fee Description",
    "Promotion ID", "Sales Channel",
]  # fmt: skip
SALES = [
    "Order Number", "Order Charged Date", "Order Charged Timestamp", "Financial Status", "Device Model",
    "Product Title", "Product ID", "Product Type", "SKU ID", "Currency of Sale", "Item Price", "Taxes Collected",
    "Charged Amount", "City of Buyer", "State of Buyer", "Postal Code of Buyer", "Country of Buyer", "Base Plan ID",
]  # fmt: skip


def sku(attempt: Attempt) -> str:
    """The product that an attempt paid: a plan, or a single purchase."""
    return f"tides.{attempt.description}"


def _csv(columns: list[str], rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _earning(movement: Movement, attempt: Attempt, kind: str, buyer: int, merchant: int) -> dict[str, str]:
    moment = pacific(movement.at)
    hour = f"{moment.hour % 12 or 12}:{moment:%M:%S %p %Z}"
    return {
        "Description": attempt.id,
        "Transaction Date": f"{moment:%b} {moment.day}, {moment.year}",
        "Transaction Time": hour,
        "Transaction Type": kind,
        "Refund Type": "Full" if movement.kind == "refund" else "",
        "Product Title": "Tides",
        "Product id": PACKAGE,
        "Package ID": PACKAGE,
        "Product Type": "1",
        "Sku Id": sku(attempt),
        "SKU ID": sku(attempt),
        "Buyer Country": attempt.card.country,
        "Buyer Currency": attempt.currency.upper(),
        "Amount (Buyer Currency)": major_units(buyer, attempt.currency),
        "Currency Conversion Rate": STORE.rates[attempt.currency],
        "Merchant Currency": movement.currency.upper(),
        "Amount (Merchant Currency)": major_units(merchant, movement.currency),
        "Service Fee %": "15",
    }


def earnings(ledger: Ledger) -> dict[int, str]:
    """Reports of the months that were paid, by their first second; the third one on has today's columns."""
    months: dict[int, list[dict[str, str]]] = {}
    for movement in ledger.movements:
        attempt = movement.attempt
        if attempt is None or movement.payout_id is None:
            continue
        sign = 1 if movement.kind == "capture" else -1
        fee = MARKET.fee(attempt.amount, attempt.currency)
        charge, kept = ("Charge", "Google fee") if sign == 1 else ("Charge refund", "Google fee refund")
        rows = months.setdefault(pacific_month(movement.at)[0], [])
        rows.append(_earning(movement, attempt, charge, sign * attempt.amount, movement.gross))
        rows.append(_earning(movement, attempt, kept, -sign * fee, -movement.fee))
    return {
        month: _csv(OLD_EARNINGS if number < 2 else EARNINGS, rows)
        for number, (month, rows) in enumerate(sorted(months.items()))
    }


def estimated_sales(ledger: Ledger, subscriptions: Mapping[str, Subscription]) -> dict[str, str]:
    """Charges and refunds by month, UTC, the running month as far as it went."""
    lines = [(one.at, "Charged", one) for one in ledger.attempts if one.outcome == "succeeded"]
    lines += [(refund.at, "Refund", refund.attempt) for refund in ledger.refunds]
    months: dict[str, list[dict[str, str]]] = {}
    for instant, status, attempt in sorted(lines, key=lambda line: line[0]):
        amount = major_units(attempt.amount if status == "Charged" else -attempt.amount, attempt.currency)
        plan = subscriptions[attempt.subscription_id].last.items[0].price if attempt.subscription_id else None
        row = {
            "Order Number": attempt.id,
            "Order Charged Date": f"{at(instant):%Y-%m-%d}",
            "Order Charged Timestamp": str(instant),
            "Financial Status": status,
            "Device Model": "panther",
            "Product Title": "Tides",
            "Product ID": PACKAGE,
            "Product Type": "subscription" if plan else "inapp",
            "SKU ID": sku(attempt),
            "Currency of Sale": attempt.currency.upper(),
            "Item Price": amount,
            "Taxes Collected": "0",
            "Charged Amount": amount,
            "Country of Buyer": attempt.card.country,
            "Base Plan ID": f"{plan.interval}{plan.interval_count}" if plan else "",
        }
        months.setdefault(f"{at(instant):%Y%m}", []).append(row)
    return {month: _csv(SALES, rows) for month, rows in months.items()}
