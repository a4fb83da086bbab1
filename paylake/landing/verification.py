"""Card verification values: no lake may keep them, so a file with a column of them stays out, known by its name.

PCI DSS requirement 3.3.1 forbids to store them after authorisation, encrypted or not. The networks call them CVV2
(Visa), CVC2 (Mastercard), CID (American Express, Discover), CAV2 (JCB), CVN2 (UnionPay); the result of their check is
another thing and may be kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_SHORT = re.compile(r"(card)?(cvv|cvc|cvn|cvd|cav2|cvx|icvv)2?(code|number|value|no)?")
_SHORT_ALONE = frozenset({"cid", "csc", "cav"})
_WITH_SHORT = _SHORT_ALONE | {"card", "amex", "code", "number", "value", "no"}
_LONG = re.compile(r"(card|cc)?(security(code|number|value)|verification(code|number|value)|validation(code|value))")
_NOT_OF_CARDS = frozenset({"account", "bank", "email", "phone", "sms", "address", "identity", "user", "tax"})
_RESULTS = """
    avs check checked checks collect collection entered error flag indicator length match matched message mode outcome
    policy presence present provided raw reason recollection required requirement resp response result results rule
    status success token type valid validity verified
"""
_RESULT = frozenset(_RESULTS.split())
_HINTS = ("cvv", "cvc", "cvn", "cvd", "cvx", "cav", "csc", "cid", "security", "verification", "validation")
_KEY = re.compile(r'"([^"\\]{1,80})\\*"\s*:')
_VALUE = re.compile(r"(?<![^\W_])\d{1,4}(?![^\W_])")


def _words(name: str) -> list[str]:
    return _WORD.findall(_CAMEL.sub(" ", name).lower())


@lru_cache(maxsize=10_000)
def is_verification(name: str) -> bool:
    """Whether a header or key names card verification values, and not the result of their check."""
    words = _words(name)
    if _RESULT.intersection(words):
        return False
    if any(_SHORT.fullmatch(word) for word in words):
        return True
    if _SHORT_ALONE.intersection(words) and _WITH_SHORT.issuperset(words):
        return True
    return bool(_LONG.search("".join(words))) and not _NOT_OF_CARDS.intersection(words)


def has_value(cell: str) -> bool:
    """Whether a cell can hold a value: up to four digits that stand alone, as many as a spreadsheet left of them."""
    return _VALUE.search(cell) is not None


def holds_value(value: Any) -> bool:
    """Whether what stands under such a key in JSON can hold a value, at any depth; numbers are text here."""
    if isinstance(value, dict):
        return any(holds_value(inner) for name, inner in value.items() if not _RESULT.intersection(_words(name)))
    if isinstance(value, list):
        return any(map(holds_value, value))
    return isinstance(value, str) and has_value(value)


def names_values(text: str) -> bool:
    """Whether a JSON text has a key of verification values that is written without escapes, if only within a text."""
    low = text.lower()
    return any(hint in low for hint in _HINTS) and any(map(is_verification, _KEY.findall(text)))


def told(name: str) -> str:
    """Why a file with such a column is refused; says nothing of the values."""
    return f"{name!r} holds card verification values, which must not be kept: export the file without it"
