"""The card rule on records: every cell, key and nested value, except lone references in declared identifiers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paylake.landing import cards, verification
from paylake.landing.documents import Document
from paylake.providers import Refused

FREE_TEXT = ("metadata", "meta_data")
"""Keys under which nothing is an identifier, whatever it is called: the merchant writes there."""
EDGE = "\x1f"
"""Stands between cells that are looked through at once: no card number goes over it."""
_PREFIXED = re.compile(r"[A-Za-z]+[._-][A-Za-z0-9._-]+")
"""References such as the order number GPA.3302-4312-6140-38722, whose last parts can look like a card number."""


def _is_reference(text: str, card: cards.Card) -> bool:
    lone = text.strip()
    if card.solid and lone == text[card.start : card.end]:
        return True
    is_part = any(map(str.isdigit, text[: card.start]))
    return is_part and _PREFIXED.fullmatch(lone) is not None


def find_in_cell(text: str, is_identifier: bool) -> cards.Card | None:
    """A card number in one cell; in an identifier column a lone run of digits, or a part of a word's, is none."""
    for card in cards.find_all(text):
        if not (is_identifier and _is_reference(text, card)):
            return card
    return None


def joined(cells: pa.StringArray) -> pa.StringArray:
    """Cells as one text, the only one of an array, with EDGE between them."""
    return pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(cells)], pa.int32()), cells), EDGE)


def scan_column(name: str, cells: Sequence[str], is_identifier: bool, record: int) -> None:
    """Look for card numbers in cells of one column.

    Args:
        name: the column's header.
        cells: its cells.
        is_identifier: whether it holds references.
        record: position of the first cell in the file.

    Raises:
        Refused: a cell holds a card number; names its row and column, and shows no more than BIN and last four.
    """
    if cards.find(EDGE.join(cells)) is None:
        return
    for number, cell in enumerate(cells, record):
        if card := find_in_cell(cell, is_identifier):
            raise Refused(f"{card} in column {name!r}", number)


def scan_verification(name: str, cells: Sequence[str], record: int) -> None:
    """Look for values in a column that is named as card verification values are.

    Raises:
        Refused: a cell can be one; says which record, and no value.
    """
    for number, cell in enumerate(cells, record):
        if verification.has_value(cell):
            raise Refused(verification.told(name), number)


def may_hold_json(texts: pa.StringArray) -> bool:
    """Whether one of the texts may hold a JSON object: a quick look, as that for card numbers."""
    return bool(pc.any(pc.match_substring(texts, "{")).as_py())


def scan_json_cells(name: str, cells: Sequence[str], record: int) -> None:
    """Look into JSON that cells of a column hold, for what a look at its text does not find.

    Raises:
        Refused: a card number that is written with escapes, or a card verification value under a key.
    """
    if not _hides(EDGE.join(cells)):
        return
    for number, cell in enumerate(cells, record):
        try:
            card = _Walk((), ()).find_in_json(cell)
        except Refused as refused:
            raise Refused(refused.reason, number) from None
        if card:
            raise Refused(f"{card} in column {name!r}", number)


def _hides(text: str) -> bool:
    return "{" in text and ("\\u" in text or verification.names_values(text))


def scan_document(document: Document, identifiers: Collection[str], encoded: Collection[str]) -> cards.Card | None:
    """A card number anywhere in a JSON record, in what framed it, or in what its encoded keys hold.

    Raises:
        Refused: a key holds card verification values.
    """
    text = document.text
    is_plain = "\\" not in text and not any(f'"{key}"' in text for key in encoded)
    if is_plain and cards.find(text) is None and not verification.names_values(text):
        return _scan_frame(document, encoded)
    card = _Walk(identifiers, encoded).find(_loaded(text), True)
    return card or _scan_frame(document, encoded)


def _scan_frame(document: Document, encoded: Collection[str]) -> cards.Card | None:
    walk = _Walk((), encoded)
    for key, value in document.frame.items():
        if card := walk.find({key: _loaded(value)}, False):
            return card
    return None


def _loaded(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str)


class _Walk:
    """A walk through JSON that looks for card numbers, and refuses card verification values.

    Args:
        identifiers: keys that hold references.
        encoded: keys whose text holds JSON in base64 or as a JWS.
    """

    def __init__(self, identifiers: Collection[str], encoded: Collection[str]) -> None:
        self._identifiers, self._encoded = identifiers, encoded

    def find(self, value: Any, is_open: bool, key: str = "") -> cards.Card | None:
        if isinstance(value, str):
            card = find_in_cell(value, is_open and key in self._identifiers)
            return card or (self._in_encoded(value, is_open) if key in self._encoded else self.find_in_json(value))
        if isinstance(value, dict):
            for name, inner in value.items():
                if verification.is_verification(name) and verification.holds_value(inner):
                    raise Refused(verification.told(cards.mask(name)))
                free = is_open and name not in FREE_TEXT
                if card := cards.find(name) or self.find(inner, free, name):
                    return card
        if isinstance(value, list):
            for inner in value:
                if card := self.find(inner, is_open, key):
                    return card
        return None

    def find_in_json(self, text: str) -> cards.Card | None:
        """A card number in a text that is JSON, and that a look at its text does not find.

        Raises:
            Refused: a key holds card verification values.
        """
        if text.lstrip()[:1] not in ("{", "[") or not _hides(text):
            return None
        try:
            return self.find(_loaded(text), False)
        except (ValueError, RecursionError):
            return None

    def _in_encoded(self, value: str, is_open: bool) -> cards.Card | None:
        text = decoded(value)
        try:
            return self.find(_loaded(text), is_open)
        except (ValueError, RecursionError):
            return cards.find(text)


def decoded(value: str) -> str:
    """What base64 or the payload of a JWS says; nothing when it is neither."""
    parts = value.split(".")
    payload = parts[1] if len(parts) == 3 else value
    padded = payload.strip().replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
