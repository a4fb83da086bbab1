"""The layout of PayPal's reports: lines with a record type, column names before the rows, control totals after them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from paylake.simulator.clock import at
from paylake.simulator.paypal.records import Record

ZONE = ZoneInfo("America/Los_Angeles")
"""Of the account, whose days the reports cover."""
WHOLE = ("jpy",)
"""Currencies without decimals, which reports show in hundredths all the same."""
SHARED = (
    "Transaction ID,Invoice ID,PayPal Reference ID,PayPal Reference ID Type,Transaction Event Code,"
    "Transaction Initiation Date,Transaction Completion Date,Transaction Debit or Credit,Gross Transaction Amount,"
    "Gross Transaction Currency,Fee Debit or Credit,Fee Amount,Fee Currency"
).split(",")
SETTLEMENT_8 = [*SHARED, "Custom Field", "Consumer ID", "Payment Tracking ID", "Store ID", "Bank Reference ID"]
SETTLEMENT_9 = [*SETTLEMENT_8, "Credit Transactional Fee", "Credit Promotional Fee", "Credit Term"]
DETAIL = [
    *SHARED,
    *(
        "Transactional Status,Insurance Amount,Sales Tax Amount,Shipping Amount,Transaction Subject,Transaction Note,"
        "Payer's Account ID,Payer Address Status,Item Name,Item ID,Option 1 Name,Option 1 Value,Option 2 Name,"
        "Option 2 Value,Auction Site,Auction Buyer ID,Auction Closing Date,Shipping Address Line1,"
        "Shipping Address Line2,Shipping Address City,Shipping Address State,Shipping Address Zip,"
        "Shipping Address Country,Shipping Method,Custom Field,Billing Address Line1,Billing Address Line2,"
        "Billing Address City,Billing Address State,Billing Address Zip,Billing Address Country,Consumer ID,"
        "First Name,Last Name,Consumer Business Name,Card Type,Payment Source,Shipping Name,"
        "Authorization Review Status,Protection Eligibility,Payment Tracking ID"
    ).split(","),
]
CARDS = {"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express"}


def local_day(instant: int) -> date:
    """The account's day."""
    return at(instant).astimezone(ZONE).date()


def hundredths(amount: int, currency: str) -> str:
    """An amount as reports write it: without a sign, in hundredths of every currency."""
    return str(abs(amount) * (100 if currency in WHOLE else 1))


def _time(moment: datetime) -> str:
    return f"{moment:%Y/%m/%d %H:%M:%S %z}"


def _local(instant: int) -> str:
    return _time(at(instant).astimezone(ZONE))


def _sign(amount: int) -> str:
    return "CR" if amount >= 0 else "DR"


def _cells(record: Record) -> dict[str, str]:
    cells = {
        "Transaction ID": record.id,
        "PayPal Reference ID": record.reference,
        "PayPal Reference ID Type": "TXN" if record.reference else "",
        "Transaction Event Code": record.code,
        "Transaction Initiation Date": _local(record.at),
        "Transaction Completion Date": _local(record.told_at),
        "Transaction Debit or Credit": _sign(record.gross),
        "Gross Transaction Amount": hundredths(record.gross, record.currency),
        "Gross Transaction Currency": record.currency.upper(),
        "Bank Reference ID": record.bank_reference,
        "Transactional Status": record.status,
    }
    if record.fee is not None:
        cells |= {
            "Fee Debit or Credit": _sign(record.fee),
            "Fee Amount": hundredths(record.fee, record.currency),
            "Fee Currency": record.currency.upper(),
        }
    if attempt := record.attempt:
        cells |= {"Invoice ID": attempt.order_id or "", "Custom Field": attempt.order_id or ""}
    if attempt and record.code in ("T0006", "T1300"):
        buyer = attempt.card.fingerprint
        cells |= {
            "Transaction Subject": attempt.description,
            "Payer's Account ID": f"{buyer.lower()}@example.com",
            "Payer Address Status": "N",
            "Item Name": attempt.description,
            "Billing Address Country": attempt.card.country,
            "Consumer ID": buyer,
            "Card Type": CARDS[attempt.card.brand],
            "Payment Source": "Others",
        }
    return cells


class Report:
    """A report on one day of one account.

    Args:
        account: at PayPal.
        day: in the account's time zone.
        version: of the report.
        columns: named before the rows.
        balances: what the account held when the day began, by currency; without, footers count rows and add up nothing.
    """

    def __init__(
        self, account: str, day: date, version: str, columns: Sequence[str], balances: dict[str, int] | None = None
    ) -> None:
        self.account, self.day, self.version, self.columns, self.balances = account, day, version, columns, balances

    def text(self, records: Sequence[Record], made_after: timedelta) -> str:
        """All lines; the report was made some time after the day was over."""
        begin = datetime.combine(self.day, time(), ZONE)
        end = datetime.combine(self.day, time(23, 59, 59), ZONE)
        made = datetime.combine(self.day + timedelta(days=1), time(), ZONE) + made_after
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["RH", _time(made), "A", self.account, self.version, ""])
        writer.writerow(["FH", "01"])
        writer.writerow(["SH", _time(begin), _time(end), self.account, ""])
        writer.writerow(["CH", *self.columns])
        for record in records:
            cells = _cells(record)
            writer.writerow(["SB", *(cells.get(name, "") for name in self.columns)])
        count = str(len(records))
        totals = [[count]] if self.balances is None else self._totals(records)
        for total, closing in (("SF", "SC"), ("RF", "RC")):
            writer.writerows([[total, *cells] for cells in totals])
            writer.writerow([closing, count])
        writer.writerow(["FF", count])
        return out.getvalue()

    def _totals(self, records: Sequence[Record]) -> list[list[str]]:
        """By currency: gross and fee credits and debits, six balances (nothing is payable), the count of all rows."""
        lines = []
        for currency in dict.fromkeys(record.currency for record in records):
            own = [record for record in records if record.currency == currency]
            gross, fees = [one.gross for one in own], [one.fee or 0 for one in own]
            sums = [sum(a for a in part if a * sign > 0) for part in (gross, fees) for sign in (1, -1)]
            opening = (self.balances or {}).get(currency, 0)
            closing = opening + sum(gross) + sum(fees)
            pairs = [cell for held in (opening, closing, opening, closing, 0, 0) for cell in (_sign(held), held)]
            cells = [cell if isinstance(cell, str) else hundredths(cell, currency) for cell in (*sums, *pairs)]
            lines.append([currency.upper(), *cells, str(len(records))])
        return lines
