"""Apple: sales, subscription and financial reports as text, App Store server notifications as JSON.

Sources: App Store Connect help, the reference of App Store server notifications, real reports; docs/reference/apple.md
has the quirks, paylake/providers/apple_columns.py the columns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from paylake.providers import apple_columns as columns
from paylake.providers.layouts import delimited
from paylake.providers.provider import Block, Days, Documents, Export, Frame, Provider
from paylake.providers.refused import Refused
from paylake.providers.text import Lines

NAME = "apple"
SCHEMA = "bronze_apple"

_TOTAL = re.compile(r"(-?[\d,]+\.?\d*) ([A-Z]{3})")
_COUNTRY_OR_NAME = re.compile(r"[A-Z]{2}|Country [Oo]f Sale")
_SIGNED = re.compile(r'"signedPayload"\s*:\s*"')
_DECODED = re.compile(
    r'"notificationType"\s*:.*"notificationUUID"\s*:|"notificationUUID"\s*:.*"notificationType"\s*:', re.DOTALL
)
_JWS = re.compile(r'"[\w-]+\.[\w-]+\.[\w-]+"')


def _number(cell: str, record: int) -> Decimal:
    try:
        return Decimal(cell.strip().replace(",", "") or "0")
    except InvalidOperation:
        raise Refused(f"{cell!r} is no number: the totals cannot be checked", record, is_releasable=True) from None


class _Sums:
    """Rows, units and proceeds of a financial report as far as it was read, by country and currency."""

    def __init__(self) -> None:
        self.rows = 0
        self.told: set[tuple[str, str]] = set()
        self.units: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.proceeds: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)

    def add(self, block: Block) -> None:
        place = {name.lower(): at for at, name in enumerate(block.header)}
        country, currency = place["country of sale"], place["partner share currency"]
        quantity, share = place["quantity"], place["extended partner share"]
        for record, row in enumerate(block.rows, block.record):
            self.units[row[country], row[currency]] += _number(row[quantity], record)
            self.proceeds[row[country], row[currency]] += _number(row[share], record)
        self.rows += len(block)

    def check(self, frame: Frame) -> None:
        name, *told = frame.cells
        found: list[Decimal] = []
        if frame.kind == "summary" and not name.startswith("Country"):
            key = (name, told.pop(0))
            self.told.add(key)
            found = [self.units.get(key, Decimal()), self.proceeds.get(key, Decimal())]
        elif name == "Total_Rows":
            found = [Decimal(self.rows)]
        elif name == "Total_Units":
            found = [sum(self.units.values(), Decimal())]
        elif name == "Total_Amount" and len({currency for _, currency in self.proceeds}) <= 1:
            found = [sum(self.proceeds.values(), Decimal())]
        for cell, value in zip(told, found, strict=False):
            if _number(cell, frame.record) != value:
                raise Refused(f"{name} says {cell}, the rows are {value}", frame.record, is_releasable=True)


def _frame_of_financial(row: Sequence[str]) -> str | None:
    if len(row) == 2 and row[0].startswith("Total_"):
        return "total"
    return "summary" if len(row) == 4 and _COUNTRY_OR_NAME.fullmatch(row[0]) else None


def financial(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    """Rows, then `Total_Rows`, `Total_Units` and `Total_Amount`, or the units and proceeds of each country, or both.

    Proceeds in several currencies are not added up: `Total_Amount` is checked where the report has one currency.

    Raises:
        Refused: no total at the end, or one that differs from the rows.
    """
    sums, is_ended = _Sums(), False
    for part in delimited("\t", quotes=False, frame_of=_frame_of_financial)(lines, export, check_totals):
        yield part
        if not check_totals:
            continue
        if isinstance(part, Block):
            sums.add(part)
        elif part.kind != "preamble":
            is_ended = True
            sums.check(part)
    if sums.told and (left := sums.units.keys() - sums.told):
        raise Refused(f"no total of {' '.join(min(left))} at the end: the report is not whole", is_releasable=True)
    if check_totals and not is_ended:
        raise Refused("no totals at the end: the report is not whole", is_releasable=True)


def _frame_of_payments(row: Sequence[str]) -> str | None:
    if row[0]:
        return None
    if not any(row):
        return "blank"
    return "total" if any(_TOTAL.fullmatch(cell) for cell in row) else "paid_to"


def payments(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    """The page's title, a row a region, what they are in the bank account's currency, and where it was paid to.

    The web page pads every line with empty cells under no name; these hold nothing and are passed over.

    Raises:
        Refused: no total, one that differs from the rows, or a cell under no name that is not empty.
    """
    proceeds: defaultdict[str, Decimal] = defaultdict(Decimal)
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in delimited(frame_of=_frame_of_payments)(lines, export, check_totals):
        if isinstance(part, Frame):
            if any(part.cells):
                yield part
            for total in (found for cell in part.cells if (found := _TOTAL.fullmatch(cell))):
                totals[total[2]] += _number(total[1], part.record)
            continue
        block = _without_padding(part)
        yield block
        if check_totals:
            currency, amount = (block.header.index(name) for name in ("Bank Account Currency", "Proceeds"))
            for record, row in enumerate(block.rows, block.record):
                proceeds[row[currency]] += _number(row[amount], record)
    if check_totals and proceeds != totals:
        raise Refused(f"the total is {_told(totals)}, the regions' proceeds are {_told(proceeds)}", is_releasable=True)


def _told(sums: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in sorted(sums.items())) or "missing"


def _without_padding(block: Block) -> Block:
    width = max(at for at, name in enumerate(block.header, 1) if name)
    for record, row in enumerate(block.rows, block.record):
        if any(row[width:]):
            raise Refused("a cell under no name that is not empty", record)
    return Block(block.table, block.header[:width], block.columns[:width], block.record)


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this holds notifications, signed or decoded."""
    return bool(_SIGNED.search(head) or _DECODED.search(head))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one JSON object: a notification as it was sent, as the notification history has it, or decoded.

    Raises:
        Refused: a payload that is not signed, or only part of one.
    """
    payload = cells.get("signedPayload")
    if payload is not None and not _JWS.fullmatch(payload):
        raise Refused("signedPayload is no whole JSON web signature: header, payload and signature")
    is_decoded = "notificationType" in cells and "notificationUUID" in cells
    return "server_notifications" if payload is not None or is_decoded else None


_REPORT = delimited("\t", quotes=False)
_AMERICAN = "%m/%d/%Y"
_EVENTS = Days(("event_date",))

PROVIDER = Provider(
    NAME,
    SCHEMA,
    exports=(
        Export("subscription_report", {"subscription_report": columns.SUBSCRIPTION}, _REPORT),
        Export(
            "subscription_event_report",
            {"subscription_event_report": columns.SUBSCRIPTION_EVENT},
            _REPORT,
            days=_EVENTS,
        ),
        Export("subscriber_report", {"subscriber_report": columns.SUBSCRIBER}, _REPORT, days=_EVENTS),
        Export(
            "sales_report",
            {"sales_report": columns.SALES},
            _REPORT,
            days=Days(("begin_date", "end_date"), _AMERICAN),
        ),
        Export(
            "pre_order_report",
            {"pre_order_report": columns.PRE_ORDER},
            _REPORT,
            days=Days(("pre_order_start_date", "pre_order_end_date"), _AMERICAN),
        ),
        Export(
            "financial_report",
            {"financial_report": columns.FINANCIAL},
            financial,
            days=Days(("start_date", "end_date"), _AMERICAN),
        ),
        Export("financial_detail_report", {"financial_detail_report": columns.FINANCIAL_DETAIL}, financial),
        Export("payments_report", {"payments_report": columns.PAYMENTS}, payments),
    ),
    documents=Documents(
        {"server_notifications": columns.SERVER_NOTIFICATIONS},
        is_ours,
        table_of,
        lists=("notificationHistory",),
        encoded=("signedPayload", "signedTransactionInfo", "signedRenewalInfo", "signedAppTransactionInfo"),
    ),
    identifiers=frozenset(
        {
            "transactionId",
            "originalTransactionId",
            "webOrderLineItemId",
            "appTransactionId",
            "appAppleId",
            "notificationUUID",
            "subscriptionGroupIdentifier",
            "storefrontId",
            "appAccountToken",
            "externalPurchaseId",
        }
    ),
)
