"""What settlement exports say was settled: of each movement in them a key, its currency and its net amount.

A movement has one key in all exports and layouts that tell it. A payout's own row counts nothing: it is the other side.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from paylake.simulator.amounts import ZERO_DECIMAL
from paylake.simulator.delivery.content import File
from paylake.simulator.ledger import Ledger

Row = dict[str, str]
APPLE = (
    ("End Date", "Settlement Date"),
    ("SKU", "Vendor Identifier"),
    ("Country of Sale", "Country Of Sale"),
    ("Sale or Return", "Sales or Return"),
)
"""What Apple's two financial reports call the same; the day on which a month ends first."""


@dataclass(frozen=True)
class Told:
    """A record that a file holds.

    Args:
        key: the same wherever the same is told.
        currency: ISO code; None where it tells of no settled money.
        net: in minor units.
    """

    key: tuple[str, ...]
    currency: str | None = None
    net: int = 0


def _minor(amount: str, currency: str) -> int:
    """A decimal in major units in minor ones; an empty cell is nothing."""
    return int(Decimal(amount or "0") * (1 if currency.lower() in ZERO_DECIMAL else 100))


def _rows(text: str, delimiter: str = ",") -> Iterator[Row]:
    yield from csv.DictReader(text.lstrip("\n").splitlines(), delimiter=delimiter)


def _stripe(file: File, ledger: Ledger) -> Iterator[Told]:
    if "payout_reconciliation" in file.path.name:
        for row in _rows(file.text):
            currency = row["currency"].upper()
            yield Told((row["balance_transaction_id"],), currency, _minor(row["net"], currency))


def _adyen(file: File, ledger: Ledger) -> Iterator[Told]:
    if file.path.parts[0] == "settlement":
        for row in _rows(file.text):
            names = ("Batch Number", "Type", "Psp Reference", "Modification Reference", "Creation Date")
            currency = row["Net Currency"]
            net = _minor(row["Net Credit (NC)"], currency) - _minor(row["Net Debit (NC)"], currency)
            is_payout = row["Type"] == "MerchantPayout"
            yield Told((*(row[name] for name in names), str(net)), currency, 0 if is_payout else net)


def _affirm(file: File, ledger: Ledger) -> Iterator[Told]:
    if file.path.parts[0] == "settlement":
        currencies = {one.id: one.currency.upper() for one in ledger.payouts}
        for row in _rows(file.text):
            currency, net = currencies[row["deposit_id"]], _minor(row["total_settled"], "")
            yield Told((row["deposit_id"], row["charge_id"], row["event_type"], str(net)), currency, net)


def _paypal(file: File, ledger: Ledger) -> Iterator[Told]:
    """Rows of both reports, since either tells of a movement; withdrawals and what moved nothing count nothing."""
    header: list[str] = []
    for cells in csv.reader(file.text.splitlines()):
        if cells[0] == "CH":
            header = cells
        if cells[0] != "SB":
            continue
        row = dict(zip(header, cells, strict=True))
        code, currency = row["Transaction Event Code"], row["Gross Transaction Currency"]
        hundredths = sum(
            int(row[amount] or 0) * (-1 if row[direction] == "DR" else 1)
            for amount, direction in (
                ("Gross Transaction Amount", "Transaction Debit or Credit"),
                ("Fee Amount", "Fee Debit or Credit"),
            )
        )
        moved = code[:3] not in ("T04", "T13") and row.get("Transactional Status") != "D"
        step = 100 if currency.lower() in ZERO_DECIMAL else 1
        yield Told((row["Transaction ID"],), currency, hundredths // step if moved else 0)


def _apple(file: File, ledger: Ledger) -> Iterator[Told]:
    """Both financial reports by what the one without days tells: product, country, price and direction of a month."""
    if "_Z" not in file.path.name:
        return
    text, sums = file.text, Counter[tuple[str, ...]]()
    header = next(line for line in text.splitlines() if "Partner Share Currency" in line)
    for row in _rows(text[text.index(header) :], "\t"):
        if currency := row.get("Partner Share Currency"):
            what = (row.get(one) or row[other] for one, other in APPLE)
            sums[(currency, row["Customer Price"], *what)] += _minor(row["Extended Partner Share"], currency)
    for key, net in sums.items():
        yield Told(key, key[0], net)


def _google_play(file: File, ledger: Ledger) -> Iterator[Told]:
    if file.path.parts[0] == "earnings":
        for row in _rows(file.text):
            currency = row["Merchant Currency"]
            names = ("Description", "Transaction Date", "Transaction Time", "Transaction Type")
            amount = row["Amount (Merchant Currency)"].replace(",", "")
            yield Told((*(row[name] for name in names), amount), currency, _minor(amount, currency))


def _razorpay(file: File, ledger: Ledger) -> Iterator[Told]:
    if file.path.parts[0] == "settlement_recon":
        for row in _rows(file.text):
            net = _minor(row["credit"], "INR") - _minor(row["debit"], "INR")
            yield Told((row["transaction_entity"], row["entity_id"], row["settlement_id"]), row["currency"], net)
    elif file.path.parts[0] == "recon_combined":
        for one in json.loads(file.text)["items"]:
            key = (one["type"], one["entity_id"], one["settlement_id"])
            yield Told(key, one["currency"], one["credit"] - one["debit"])


def _braintree(file: File, ledger: Ledger) -> Iterator[Told]:
    if file.path.parts[0] == "reports":
        for row in _rows(file.text):
            currency = row["Settlement Currency"]
            fee = row.get("Total Fee Amount") or row["Est. Total Fee Amount"]
            net = _minor(row["Settlement Amount"], currency) - _minor(fee, currency)
            yield Told((row["Transaction ID"], row["Transaction Type"]), currency, net)


SETTLED: dict[str, Callable[[File, Ledger], Iterator[Told]]] = {
    "adyen": _adyen,
    "affirm": _affirm,
    "apple": _apple,
    "braintree": _braintree,
    "google_play": _google_play,
    "paypal": _paypal,
    "razorpay": _razorpay,
    "stripe": _stripe,
}
"""By provider that settles; nothing comes of a file that is no settlement export."""
