"""PayPal's activity download: columns that the merchant chooses, in the language, dates and decimals of the account.

Source: the field list of PayPal's Activity Download Report; names of the German one by files that were downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from paylake.providers.formats import CURRENCY, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Block, Export, Frame, column, columns
from paylake.providers.refused import Refused
from paylake.providers.text import Lines

CLOCK = pattern("a time of day, like 23:59:59", r"([01]?\d|2[0-3]):[0-5]\d:[0-5]\d")
LOCAL_DATE = pattern("a date like 31/12/2026, 12/31/2026 or 31.12.2026", r"\d{1,2}([./-])\d{1,2}\1\d{4}")
LOCAL_MONEY = pattern(
    "an amount in major units, like -1,234.50 or -1.234,50",
    "-?(\\d+|\\d{1,3}(?P<by>[.,' \u00a0\u202f\u2019])\\d{3}((?P=by)\\d{3})*)([.,]\\d\\d)?",
)
WHOLE = frozenset({"HUF", "JPY", "TWD"})
"""Currencies that PayPal holds without decimals."""
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]")

ACTIVITY = (
    column("Date", "Datum", format=LOCAL_DATE, required=True),
    column("Time", "Uhrzeit", format=CLOCK, required=True),
    column("TimeZone", "Time Zone", "Time zone", "Zeitzone", name="time_zone", required=True),
    column("Name"),
    column("Type", "Typ"),
    column("Description", "Beschreibung"),
    column("Status"),
    column("Currency", "Währung", format=CURRENCY, required=True),
    column("Gross", "Brutto", format=LOCAL_MONEY, required=True),
    column("Fee", "Gebühr", "Entgelt", format=LOCAL_MONEY, required=True),
    column("Net", "Netto", format=LOCAL_MONEY, required=True),
    column("From Email Address", "From email", "Absender E-Mail-Adresse"),
    column("To Email Address", "To email", "Empfänger E-Mail-Adresse"),
    column("Transaction ID", "Transaktionscode", required=True, identifier=True),
    column("Counterparty Status", "CounterParty Status", "Status Gegenpartei"),
    column("Shipping Address", "Lieferadresse"),
    column("Address Status", "Address status", "Adress-Status"),
    column("Item Title", "Artikelbezeichnung"),
    column("Item ID", "Artikelnummer"),
    column("Shipping and Handling Amount", "Versand- und Bearbeitungsgebühr", format=LOCAL_MONEY),
    column("Insurance Amount", "Versicherungsbetrag", format=LOCAL_MONEY),
    column("Sales Tax", "GST", "Umsatzsteuer", format=LOCAL_MONEY),
    column("Option 1 Name"),
    column("Option 1 Value", "Option 1 Wert"),
    column("Option 2 Name"),
    column("Option 2 Value", "Option 2 Wert"),
    column("Auction Site", "Auktions-Site"),
    column("Buyer ID", "Käufer-ID", identifier=True),
    column("Item URL", "Artikel-URL"),
    column("Closing Date", "Enddatum"),
    column("Reference Txn ID", "Zugehöriger Transaktionscode", identifier=True),
    column("Invoice Number", "Rechnungsnummer", identifier=True),
    column("Custom Number", "Zollnummer"),
    column("Quantity", "Anzahl"),
    column("Receipt ID", "Empfangsnummer", identifier=True),
    column("Balance", "Guthaben", format=LOCAL_MONEY),
    column("Address Line 1", "Adresszeile 1"),
    column("Address Line 2/District/Neighborhood", "Adresszusatz", name="address_line_2"),
    column("Town/City", "Ort"),
    column("State/Province/Region/County/Territory/Prefecture/Republic", "Bundesland", name="state"),
    column("Zip/Postal Code", "PLZ"),
    column("Country", "Land"),
    column("Contact Phone Number", "Telefon"),
    column("Subject", "Betreff"),
    column("Note", "Hinweis"),
    column("Memo"),
    column("Payment Source", "Payment method", "Zahlungsquelle"),
    column("Card Type", "Kartentyp"),
    column("Transaction Event Code", "Transaktionsereigniscode", format=pattern("a code like T0006", r"T\d{4}")),
    column("Payment Tracking ID", "Zahlungsverfolgungs-ID", identifier=True),
    column("Bank Reference ID", "Bankreferenz", identifier=True),
    column("Transaction Buyer Country Code", "Buyer Country Code", "Ländercode des Käufers"),
    column("Item Details"),
    column("Coupons", "Vouchers", "Gutscheine"),
    column("Special Offers", "Sonderangebote"),
    column("Loyalty Card Number", "Kundenkartennummer"),
    column("Authorization Review Status"),
    column("Protection Eligibility"),
    column("Country Code", "Ländervorwahl"),
    column("Balance Impact", "Auswirkung auf Guthaben"),
    column("Buyer Wallet", "E-Börse des Käufers"),
    column("Tip", "Trinkgeld", format=LOCAL_MONEY),
    column("Discount", "Rabatt", format=LOCAL_MONEY),
    column("Seller ID", "Verkäufer-ID", identifier=True),
    column("Risk Filter", "Risikofilter"),
    column("Credit Transactional Fee", "Transaktionsgebühr für Ratenzahlungen", format=LOCAL_MONEY),
    column("Credit Promotional Fee", "Zusatzgebühr für Null-Prozent-Finanzierung", format=LOCAL_MONEY),
    column("Credit Term", "Zahlungsziel"),
    column("Credit Offer Type", "Art des Kreditangebots"),
    column("Original Invoice ID", "Ursprüngliche Rechnungsnummer", identifier=True),
    column("Payment Source Subtype", "Unterart der Zahlungsquelle"),
    column("Bank Name", "Name der Bank"),
    column("Bank Account", "Bankkonto"),
    *columns("""
        Campaign Fee
        Campaign Name
        Campaign Discount
        Campaign Discount Currency
        Decline Code
        Comment 1
        Comment 2
        PO Number
        Customer Reference Number
        Payflow Transaction ID (PNREF)
    """),
)


class _Locale:
    """What the amounts and dates of one file say of how they are written."""

    def __init__(self) -> None:
        self.order = self.decimal = ""

    def check(self, cells: dict[str, str], record: int) -> None:
        """Refuse a row whose date or decimals are written in another way than those of the rows before.

        Raises:
            Refused: day and month, or decimal point and comma, change within the file, or an amount lost its decimals.
        """
        if found := _DAY_AND_MONTH.match(cells["date"].strip()):
            first, second = map(int, found.groups())
            if max(first, second) > 31 or min(first, second) > 12 or not first * second:
                raise Refused(f"{cells['date']!r} is no date", record, is_releasable=True)
            if max(first, second) > 12:
                self.order = _same(self.order, "day first" if first > 12 else "month first", "dates", record)
        for name in ("gross", "fee", "net"):
            amount = cells[name].strip()
            if amount[-3:-2] in (".", ","):
                self.decimal = _same(self.decimal, f"decimals after {amount[-3]!r}", "amounts", record)
            elif amount and cells["currency"].strip() not in WHOLE:
                told = f"an amount of {cells['currency']} without decimals in {name!r}: is it in minor units now?"
                raise Refused(told, record, is_releasable=True)


def _same(before: str, now: str, what: str, record: int) -> str:
    if before not in ("", now):
        raise Refused(f"{what} are written in two ways: {before}, here {now}", record, is_releasable=True)
    return now


_CHECKED = ("date", "currency", "gross", "fee", "net")


def activity(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    """Comma-separated rows under one header; dates and amounts of the whole file are written in one way.

    Raises:
        Refused: what the shared layout refuses; rows that contradict each other on the order of day and month or on the
            decimal sign; an amount without decimals in a currency that has them.
    """
    locale = _Locale()
    names = {header: c.name for c in ACTIVITY if c.name in _CHECKED for header in c.headers}
    for part in delimited()(lines, export, check_totals):
        yield part
        if check_totals and isinstance(part, Block):
            place = {names[header]: at for at, header in enumerate(part.header) if header in names}
            for record, row in enumerate(part.rows, part.record):
                locale.check({name: row[at] for name, at in place.items()}, record)
