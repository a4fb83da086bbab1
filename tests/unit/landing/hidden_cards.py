"""Files that hold one published test card each, somewhere, written somehow: for the tests of the card rule."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paylake.landing.recognition import DOCUMENTS
from paylake.logs import GAP
from paylake.providers import PROVIDERS, Provider
from paylake.providers.mapping import provider_from

_LISTED = Path(__file__).with_name("published_cards.txt").read_text(encoding="utf-8").splitlines()
PAGES = sum(line.startswith("## ") for line in _LISTED)
PUBLISHED = tuple(dict.fromkeys(" ".join(line for line in _LISTED if not line.startswith("#")).split()))
SEPARATORS = (
    " ", "-", "  ", " - ", "\t", "\u00a0", "\u00ad", "\u2009", "\u200b", "\u200e", "\u2011", "\u2013", "\u2014",
    "\u202f", "\u205f", "\u2060", "\u2212", "\u3000", "\ufe63", "\ufeff", "\uff0d",
)  # fmt: skip
ZEROS = ("0", "\uff10", "\u0660", "\u0966", "\U0001d7ce")
"""The digit zero of several scripts; the other nine follow each."""
AROUND = (
    "{}", "card {}", "{} declined", "pan={};", "({})", "<{}>", "\u5361\u53f7{}\u3002", "_{}_", "no. {} exp 12/27",
    "{}.", "12.50 EUR by {}", "\u201c{}\u201d", "order 7731 {}", "{} 5678",
    "name@example.com {}", "{}, cvc checked", "'{}'",
)  # fmt: skip

SHOP = """
provider: shop
exports:
  sales:
    delimiter: ";"
    trailers: Total
    columns:
      Sale: {required: true, identifier: true}
      Kind: {required: true}
      Amount: {type: money, unit: major, required: true}
      Text: text
"""
EXPORTS = {
    ("stripe", "payout_reconciliation"): ",", ("adyen", "settlement_detail"): ",", ("adyen", "dispute_report"): ",",
    ("braintree", "transaction_fees"): ",", ("razorpay", "settlement_recon"): ",", ("google_play", "earnings"): ",",
    ("google_play", "subscriptions_country"): ",", ("recurly", "transactions"): ",", ("paypal", "activity"): ",",
    ("apple", "sales_report"): "\t", ("apple", "subscriber_report"): "\t", ("shop", "sales"): ";",
}  # fmt: skip
"""Exports with one table under one header, and what stands between their cells."""
OBJECTS: dict[str, dict[str, Any]] = {
    "stripe": {"id": "ch_1", "object": "charge", "livemode": True, "amount": 100},
    "chargebee": {"id": "c1", "object": "customer", "resource_version": 1700000000000},
    "recurly": {"id": "a1", "object": "account", "hosted_login_token": "x", "created_at": "2026-01-31T00:00:00Z"},
    "paypal": {"txn_type": "web_accept", "txn_id": "1V551844CE5526421", "payer_id": "RTWSDJI4S8DWK"},
    "apple": {"notificationType": "DID_RENEW", "notificationUUID": "u1"},
    "google_play": {"packageName": "com.example", "eventTimeMillis": "1767225600000"},
}
TABLES = ("cell", "unknown column", "reference with words", "header", "preamble", "trailer", "record type")
RECORDS = ("value", "number", "key", "nested", "metadata", "reference in JSON", "envelope", "page", "second", "encoded")
PLACES = (*TABLES, *RECORDS, "path")
_MARK = "@@"


@dataclass(frozen=True)
class Hidden:
    """A file with one card in it: the number, where it is, and what the file is."""

    number: str
    place: str
    provider: str
    export: str
    data: bytes
    path: str = "in/export"

    @property
    def mapping(self) -> str:
        return SHOP if self.provider == "shop" else ""


def declared(name: str) -> Provider:
    return provider_from(SHOP, "shop") if name == "shop" else PROVIDERS[name]


def shows(text: str, number: str) -> bool:
    """Whether a text shows more of a card number than BIN and last four, in digits of any script, or as escapes."""
    unescaped = re.sub(r"\\+(?:x([0-9a-f]{2})|u([0-9a-f]{4}))", lambda found: chr(int(found[1] or found[2], 16)), text)
    solid = re.sub(rf"(?<=\d){GAP}+(?=\d)", "", unescaped)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in solid)
    return any(number[at : at + 7] in plain for at in range(len(number) - 6))


def written(draw: random.Random, number: str, separators: tuple[str, ...] = SEPARATORS) -> str:
    """A card number as a person or a program might write it: solid or in groups, in digits of any script."""
    usual = {14: [4, 6, 4], 15: [4, 6, 5]}.get(len(number), [4, 4, 4, 4, 3])
    groups, at = [], 0
    for size in draw.choice([[len(number)], usual, usual, [draw.randint(1, 6) for _ in number]]):
        groups.append(number[at : at + size])
        at += size
    zero = ord(draw.choice(["0", "0", "0", *ZEROS]))
    scripted = {48 + digit: zero + digit for digit in range(10)}
    return draw.choice(separators).join(filter(None, groups)).translate(scripted)


def hide(draw: random.Random, number: str, place: str) -> Hidden:
    """A file with the number in a place."""
    if place == "path":
        name = draw.choice(AROUND).format(written(draw, number))
        return Hidden(number, place, "stripe", DOCUMENTS, json.dumps(OBJECTS["stripe"]).encode(), f"in/{name}.json")
    if place == "record type":
        return _in_record_types(draw, number)
    return _in_table(draw, number, place) if place in TABLES else _in_records(draw, number, place)


def _in_record_types(draw: random.Random, number: str) -> Hidden:
    """A settlement report of PayPal, with the number in a line around its rows."""
    columns = [column.headers[0] for column in PROVIDERS["paypal"].columns["settlement"]]
    lines = [["RH", "2026/01/07", ""], ["FH", "01", ""], ["SH", "x", "y"], columns, ["SB", *[""] * (len(columns) - 1)]]
    draw.choice(lines[:3])[2] = draw.choice(AROUND).format(written(draw, number))
    return Hidden(number, "record type", "paypal", "settlement", _text(lines, ",").encode())


def _in_table(draw: random.Random, number: str, place: str) -> Hidden:
    (provider, export), delimiter = draw.choice(list(EXPORTS.items()))
    if place == "trailer":
        (provider, export), delimiter = ("shop", "sales"), ";"
    separators = tuple(each for each in SEPARATORS if each != delimiter)
    text = draw.choice(AROUND).format(written(draw, number, separators))
    own = next(iter(declared(provider).export(export).columns.values()))
    cells = dict.fromkeys((column.headers[0] for column in own if column.is_required), "")
    if place == "cell":
        cells[draw.choice([column.headers[0] for column in own if not column.is_identifier])] = text
    elif place == "reference with words":
        cells[draw.choice([column.headers[0] for column in own if column.is_identifier])] = f"paid by {text}"
    elif place in ("unknown column", "header"):
        cells["New" if place == "unknown column" else text] = text if place == "unknown column" else ""
    names = draw.sample(list(cells), len(cells))
    rows = [[""] * len(names) for _ in range(draw.randint(0, 3))]
    lines = [names, *rows, [cells[name] for name in names]]
    if place == "preamble":
        lines.insert(0, ["Report of", text])
    elif place == "trailer":
        lines.append(["Total", text, *[""] * (len(names) - 2)])
    encoding = "utf-16" if export == "subscriptions_country" else "utf-8"
    return Hidden(number, place, provider, export, _text(lines, delimiter, quotes=provider != "apple").encode(encoding))


def _text(lines: list[list[str]], delimiter: str, quotes: bool = True) -> str:
    out = io.StringIO()
    if quotes:
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    else:
        out.writelines(delimiter.join(line) + "\n" for line in lines)
    return out.getvalue()


def _in_records(draw: random.Random, number: str, place: str) -> Hidden:
    provider = draw.choice(["apple", "google_play"] if place == "encoded" else list(OBJECTS))
    provider = "stripe" if place == "page" else provider
    around = draw.choice(AROUND)
    record = dict(OBJECTS[provider])
    sent: Any = record
    if place in ("value", "second"):
        record["note"] = _MARK
    elif place == "number":
        record["note"] = int(number)
    elif place == "key":
        record["note"] = {_MARK: 1}
    elif place == "nested":
        record["note"] = {"a": [1, {"b": [[_MARK]]}], "c": None}
    elif place == "metadata":
        record[draw.choice(["metadata", "meta_data"])] = {"id": _MARK, "order_id": _MARK}
    elif place == "reference in JSON":
        record[draw.choice(sorted(declared(provider).references))] = f"paid by {_MARK}"
    elif place == "envelope":
        sent = {"stream": _MARK, "data": record, "emitted_at": 1}
    elif place == "page":
        sent = {"object": "list", "url": _MARK, "has_more": False, "data": [record]}
    else:
        sent = _encoded(provider, json.dumps({**record, "note": around.format(written(draw, number))}).encode())
    text = json.dumps(sent).replace(_MARK, _escaped(draw, around.format(written(draw, number))))
    if place == "second":
        text = json.dumps(OBJECTS[provider]) + draw.choice(["\n", " "]) + text
    return Hidden(number, place, provider, DOCUMENTS, text.encode())


def _encoded(provider: str, inner: bytes) -> dict[str, Any]:
    if provider == "apple":
        return {"signedPayload": f"e30.{base64.urlsafe_b64encode(inner).decode().rstrip('=')}.c2ln"}
    return {"message": {"data": base64.b64encode(inner).decode(), "messageId": "1"}, "subscription": "s"}


def _escaped(draw: random.Random, text: str) -> str:
    """The text within a JSON string: as it is, or some of its characters as escapes."""
    often = draw.choice([0, 0, 0.1, 1])
    quoted = (json.dumps(c, ensure_ascii=draw.random() < often)[1:-1] for c in text)
    return "".join(
        f"\\u{ord(c):04x}" if ord(c) < 0x10000 and draw.random() < often else told
        for c, told in zip(text, quoted, strict=True)
    )
