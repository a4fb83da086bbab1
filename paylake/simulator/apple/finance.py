"""Apple's money: financial reports of a fiscal month, by transaction date and summed, and the page of payments."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from paylake.simulator.amounts import major_units
from paylake.simulator.apple.market import STORE, fiscal_month, month_name
from paylake.simulator.apple.notifications import product_id
from paylake.simulator.clock import at
from paylake.simulator.ledger import Attempt, Ledger, Movement, Subscription

Period = tuple[int, int]
Sale = tuple[Movement, Attempt]
REGIONS = {"usd": "Americas (USD)", "eur": "Euro-Zone (EUR)", "jpy": "Japan (JPY)"}
SHARE = [
    "Quantity", "Partner Share", "Extended Partner Share", "Partner Share Currency", "Customer Price",
    "Customer Currency", "Sale or Return",
]  # fmt: skip
DETAIL = [
    "Transaction Date", "Settlement Date", "Apple Identifier", "SKU", "Title", "Developer Name",
    "Product Type Identifier", "Country of Sale", *SHARE, "Promo Code", "Order Type", "Region",
]  # fmt: skip
SUMMARY = [
    "Start Date", "End Date", "UPC", "ISRC/ISBN", "Vendor Identifier", *SHARE[:4], "Sales or Return",
    "Apple Identifier", "Artist/Show/Developer/Author", "Title", "Label/Studio/Network/Developer/Publisher", "Grid",
    "Product Type Identifier", "ISAN/Other Identifier", "Country Of Sale", "Pre-order Flag", "Promo Code",
    "Customer Price", "Customer Currency",
]  # fmt: skip
TOTALS = ["Country Of Sale", "Partner Share Currency", "Quantity", "Extended Partner Share"]
PAYMENTS = [
    "Region (Currency)", "Units Sold", "Earned", "Pre-Tax Subtotal", "Input Tax", "Adjustments", "Withholding Tax",
    "Total Owed", "Exchange Rate", "Proceeds", "Bank Account Currency",
]  # fmt: skip


def american(instant: int) -> str:
    """The day of an instant as Apple's financial reports write it."""
    return f"{at(instant):%m/%d/%Y}"


def statements(ledger: Ledger) -> dict[Period, list[Sale]]:
    """Sales and refunds of every fiscal month that was paid."""
    paid: dict[Period, list[Sale]] = {}
    for movement in ledger.movements:
        if movement.payout_id and movement.attempt:
            paid.setdefault(fiscal_month(movement.at), []).append((movement, movement.attempt))
    return dict(sorted(paid.items()))


class Sales:
    """The sales of a statement, summed as the reports sum them."""

    def __init__(self, sales: Iterable[Sale], subscriptions: dict[str, Subscription]) -> None:
        self.subscriptions = subscriptions
        self.by_day: Counter[tuple[str, ...]] = Counter()
        self.shares: dict[tuple[str, ...], int] = {}
        for movement, attempt in sales:
            key = self._key(movement, attempt)
            self.by_day[key] += 1
            self.shares[key] = abs(movement.net)

    def _key(self, movement: Movement, attempt: Attempt) -> tuple[str, ...]:
        product = product_id(attempt.description, "", 0)
        if attempt.subscription_id:
            states = self.subscriptions[attempt.subscription_id].states
            price = [state for state in states if state.at <= attempt.at][-1].items[0].price
            product = product_id(price.nickname, price.interval, price.interval_count)
        price_text, sign = major_units(attempt.amount, attempt.currency), "S" if movement.gross > 0 else "R"
        return american(movement.at), product, attempt.card.country, movement.currency, price_text, sign

    def cells(self, key: tuple[str, ...], units: int) -> dict[str, str]:
        """The cells that both reports have of a product, country, price and direction."""
        *_, product, country, currency, price, sign = key
        signed_units = units if sign == "S" else -units
        share, kind = self.shares[key], "IA1" if product.endswith("workshop") else "IAY"
        return {
            "Apple Identifier": "1234567891", "SKU": product, "Vendor Identifier": product,
            "Title": product.rpartition("tides.")[2], "Product Type Identifier": kind,
            "Country of Sale": country, "Country Of Sale": country, "Quantity": str(signed_units),
            "Partner Share": major_units(share, currency),
            "Extended Partner Share": major_units(share * signed_units, currency),
            "Partner Share Currency": currency.upper(), "Customer Price": price, "Customer Currency": currency.upper(),
            "Sale or Return": sign, "Sales or Return": sign,
        }  # fmt: skip

    def total_lines(self) -> list[list[str]]:
        """Units and proceeds of every country and currency."""
        units: Counter[tuple[str, str]] = Counter()
        proceeds: Counter[tuple[str, str]] = Counter()
        for key, count in self.by_day.items():
            place, sign = (key[2], key[3]), 1 if key[5] == "S" else -1
            units[place] += sign * count
            proceeds[place] += sign * count * self.shares[key]
        return [
            [country, currency.upper(), str(units[country, currency]), major_units(amount, currency)]
            for (country, currency), amount in sorted(proceeds.items())
        ]


def detail_report(period: Period, sales: Sales) -> str:
    """Sums by transaction date, under a preamble of three lines, with sums by country at the end."""
    last = american(period[1] - 1)
    lines: list[Sequence[str]] = [["Vendor Name", "Tides Ltd"], ["Start Date", american(period[0])]]
    lines += [["End Date", last], DETAIL]
    for key, units in sorted(sales.by_day.items()):
        row = {"Transaction Date": key[0], "Settlement Date": last, "Developer Name": "Tides Ltd", "Region": "ZZ"}
        row |= sales.cells(key, units)
        lines.append([row.get(name, " ") for name in DETAIL])
    return _tsv([*lines, TOTALS, *sales.total_lines()])


def summary_report(period: Period, sales: Sales) -> str:
    """The same sums over the fiscal month, and totals in lines of two cells."""
    summed: Counter[tuple[str, ...]] = Counter()
    for key, units in sales.by_day.items():
        summed[key[1:]] += units
        sales.shares[key[1:]] = sales.shares[key]
    dates = {"Start Date": american(period[0]), "End Date": american(period[1] - 1)}
    rows = [dates | sales.cells(key, units) for key, units in sorted(summed.items())]
    lines: list[Sequence[str]] = [SUMMARY, *([row.get(name, "") for name in SUMMARY] for row in rows)]
    totals = sales.total_lines()
    lines += [["Total_Rows", str(len(rows))], ["Total_Units", str(sum(int(row["Quantity"]) for row in rows))]]
    return _tsv([*lines, TOTALS, *totals])


def _tsv(lines: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(line) + "\n" for line in lines)


def payments_page(period: Period, sales: Iterable[Sale]) -> str:
    """What the web page offers for download: a row a region, their sum in the bank account's currency."""
    owed: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for movement, _ in sales:
        owed[movement.currency] += movement.net
        units[movement.currency] += 1 if movement.gross > 0 else -1
    bank, total, out = STORE.bank_currency, 0, io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f"iTunes Connect - Payments and Financial Reports\t({month_name(*period)})", *[""] * 12])
    writer.writerows([[""] * 13, [*PAYMENTS, "", ""]])
    for currency, amount in sorted(owed.items()):
        earned, rate = major_units(amount, currency), STORE.rates.get(currency, "1.00000")
        proceeds = amount if currency == bank else STORE.converted(amount, currency)
        total += proceeds
        cells = [REGIONS[currency], str(units[currency]), earned, earned, "0", "0", "0", earned, rate]
        writer.writerow([*cells, major_units(proceeds, bank), bank.upper(), "", ""])
    writer.writerow([""] * 13)
    writer.writerow([*[""] * 10, f"{major_units(total, bank)} {bank.upper()}", "", ""])
    writer.writerow([*[""] * 10, "Paid to FICTIONAL BANK -****0000", "", ""])
    return out.getvalue()


def file_month(period: Period) -> str:
    """Month and year of a statement as Apple's file names have them."""
    return f"{at((period[0] + period[1]) // 2):%m%y}"
