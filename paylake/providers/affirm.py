"""Affirm: the settlement report as CSV; charges, transactions, their events and settlement events as JSON.

The report's amounts are decimals in major units, the API's integers in minor units; both are signed as the merchant's.

Sources: Affirm's page on reading the settlement report, its reference of the charge, transaction and event objects, and
for settlement events public integrations that quote them; docs/reference/affirm.md has the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from paylake.providers.formats import CURRENCY, MAJOR, MINOR, UNSIGNED_MINOR, Format, moment, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Block, Column, Documents, Export, Frame, Provider, Refused, column, keys
from paylake.providers.text import Lines

DAY = moment("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", example="2026-01-31")
INSTANT = pattern("an instant, like 2026-01-31T23:59:59Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")

SETTLEMENT: tuple[Column, ...] = (
    column("date", format=DAY, required=True),
    column("charge_created_date", format=DAY),
    column("charge_id", required=True, identifier=True),
    column("transaction_id", identifier=True),
    column("merchant_transaction_id", identifier=True),
    column("order_id", identifier=True),
    column("event_type", required=True),
    column("sales", format=MAJOR, required=True),
    column("refunds", format=MAJOR, required=True),
    column("fees", format=MAJOR, required=True),
    column("total_settled", format=MAJOR, required=True),
    column("txn_fees", format=MAJOR),
    column("deposit_id", identifier=True),
    column("merchant_ari", identifier=True),
    column("city"),
    column("store"),
    column("card_last_four"),
    column("original_loan_amount", format=MAJOR),
    column("mdr_rate"),
    column("channel"),
)

_lines = delimited()


def layout(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    """Rows under one header; each row's `total_settled` is what its parts add up to.

    The report writes the fee per transaction either within `fees` or beside it in `txn_fees`; both add up.

    Raises:
        Refused: a row does not add up, so that a sign or a unit has another meaning than it had.
    """
    for block in _lines(lines, export, check_totals):
        if check_totals and isinstance(block, Block):
            _check(block)
        yield block


def _check(block: Block) -> None:
    place = {name.strip(): at for at, name in reversed(list(enumerate(block.header)))}
    parts = [place[name] for name in ("sales", "refunds", "fees", "total_settled")]
    beside = place.get("txn_fees")
    for record, row in enumerate(block.rows, block.record):
        cells = [row[at].strip() or "0" for at in parts]
        extra = "0" if beside is None else row[beside].strip() or "0"
        if not all(map(MAJOR.fits, [*cells, extra])):
            continue
        sales, refunds, fees, total = map(Decimal, cells)
        if total not in (sales + refunds + fees, sales + refunds + fees + Decimal(extra)):
            raise Refused(
                f"total_settled is {total}, but sales, refunds and fees add up to {sales + refunds + fees}: "
                "a sign or unit changed, or the row was edited; release the file if its rows are right",
                record,
                is_releasable=True,
            )


_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("amount", "amount_refunded", "auth_hold", "fee", "fee_refunded"), UNSIGNED_MINOR),
    **dict.fromkeys(("sales", "refunds", "fees", "transaction_fees", "total_settled"), MINOR),
    **dict.fromkeys(("total_sales", "total_refunds", "total_fees", "original_loan_amount"), MINOR),
    **dict.fromkeys(("created", "expires", "authorization_expiration", "effective_date"), INSTANT),
    "date": DAY,
    "currency": CURRENCY,
}


def _keys(names: str) -> tuple[Column, ...]:
    return keys(names, _FORMATS.get)


DOCUMENTS: dict[str, tuple[Column, ...]] = {
    "charges": _keys("""
        id created currency amount auth_hold payable void expires order_id events details financing_program
        merchant_external_reference shipping_carrier shipping_confirmation
    """),
    "charge_events": _keys("""
        id type created currency amount fee fee_refunded transaction_id reference_id order_id shipping_carrier
        shipping_confirmation metadata
    """),
    "transactions": _keys("""
        id created status currency amount amount_refunded authorization_expiration checkout_id order_id provider_id
        remove_tax events checkout token
    """),
    "settlement_events": _keys("""
        id date effective_date charge_created_date event_type currency sales refunds fees transaction_fees
        total_settled original_loan_amount mdr deposit_id transaction_id transaction_event_id purchase_id order_id
        merchant_id initiating_merchant_id channel city store card_last_four
    """),
    "settlement_days": _keys("""
        id date deposit_id currency total_sales total_refunds total_fees total_settled account_last_four
    """),
}

EVENT_TYPES = frozenset("auth capture confirm refund split_capture update void".split())
"""The `type` of events of charges and transactions."""

IDENTIFIERS = frozenset(
    """
    id order_id transaction_id merchant_transaction_id reference_id transaction_event_id deposit_id purchase_id
    merchant_id initiating_merchant_id checkout_id checkout_token merchant_external_reference shipping_confirmation
    """.split()
)

_CHARGE = re.compile(r'"auth_hold"\s*:\s*\d+')
_TRANSACTION = re.compile(r'"authorization_expiration"\s*:')
_SETTLEMENT = re.compile(r'"total_settled"\s*:\s*-?\d+')
_EVENT = re.compile(rf'"type"\s*:\s*"(?:{"|".join(sorted(EVENT_TYPES))})"')
_EVENT_ID = re.compile(r'"(?:transaction|reference)_id"\s*:\s*"[A-Za-z0-9]{12,16}"')
_FOREIGN = re.compile(r'"(?:object|entity|__typename)"\s*:')


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this is Affirm's; its objects have no name of their kind, so by their own keys."""
    found = _CHARGE.search(head) or _TRANSACTION.search(head) or _SETTLEMENT.search(head)
    return bool(found or (_EVENT.search(head) and _EVENT_ID.search(head))) and not _FOREIGN.search(head)


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one object by the keys that only its kind has."""
    if "auth_hold" in cells:
        return "charges"
    if "authorization_expiration" in cells or {"checkout_id", "status"} <= cells.keys():
        return "transactions"
    if "total_settled" in cells:
        return "settlement_events" if "event_type" in cells else "settlement_days"
    is_event = cells.get("type", "").strip('"') in EVENT_TYPES
    return "charge_events" if is_event and {"id", "created"} <= cells.keys() else None


PROVIDER = Provider(
    "affirm",
    "bronze_affirm",
    exports=(Export("settlement", {"settlement": SETTLEMENT}, layout),),
    documents=Documents(DOCUMENTS, is_ours, table_of),
    identifiers=IDENTIFIERS,
)
