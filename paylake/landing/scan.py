"""The card rule on records: every cell, key and nested value, except lone references in declared identifier columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from paylake.landing import cards
from paylake.landing.documents import Document
from paylake.landing.verdicts import Refused

BLOCK = 1_000
"""Rows that are looked through at once."""
FREE_TEXT = ("metadata",)
"""Keys under which nothing is an identifier, whatever it is called: the merchant writes there."""
_EDGE = "\x1f"


def _is_reference(text: str, card: cards.Card) -> bool:
    return card.solid and text.strip() == text[card.start : card.end]


def find_in_cell(text: str, is_identifier: bool) -> cards.Card | None:
    """A card number in one cell; in an identifier column a lone run of digits is a reference."""
    for card in cards.find_all(text):
        if not (is_identifier and _is_reference(text, card)):
            return card
    return None


def scan_document(document: Document, identifiers: Collection[str]) -> cards.Card | None:
    """A card number anywhere in a JSON record or in what framed it."""
    text = document.text
    suspicious = "\\" in text or cards.find(text) is not None
    if suspicious and (card := _walk(json.loads(text, parse_int=str, parse_float=str), identifiers, True)):
        return card
    for key, value in document.frame.items():
        if card := cards.find(key) or cards.find(json.dumps(json.loads(value), ensure_ascii=False)):
            return card
    return None


def _walk(value: Any, identifiers: Collection[str], is_open: bool, key: str = "") -> cards.Card | None:
    if isinstance(value, str):
        return find_in_cell(value, is_open and key in identifiers)
    if isinstance(value, dict):
        for name, inner in value.items():
            free = is_open and name not in FREE_TEXT
            if card := cards.find(name) or _walk(inner, identifiers, free, name):
                return card
    if isinstance(value, list):
        for inner in value:
            if card := _walk(inner, identifiers, is_open, key):
                return card
    return None


def scan_rows(rows: Iterator[list[str]], header: Sequence[str], identifiers: Collection[str]) -> Iterator[list[str]]:
    """The same rows, a block at a time.

    Raises:
        Refused: a cell holds a card number; names its row and column, and shows no more than BIN and last four.
    """
    done = 0
    while block := list(islice(rows, BLOCK)):
        for name, column in zip(header, zip(*block, strict=True), strict=True):
            if cards.find(_EDGE.join(column)) is None:
                continue
            for number, cell in enumerate(column, done + 1):
                if card := find_in_cell(cell, name in identifiers):
                    raise Refused(f"{card} in column {name!r}", number)
        yield from block
        done += len(block)
