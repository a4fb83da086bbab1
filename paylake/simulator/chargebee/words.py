"""What all Chargebee objects share: the version, and the words for what the ledger knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from paylake.simulator.ledger import Card, Price

Json = dict[str, Any]
T = TypeVar("T")
BRANDS = {"amex": "american_express"}
ADDONS = ("seats", "api")
"""Prices by name that come on top of a plan's."""


def versioned(what: Json, at: int, step: int = 0) -> Json:
    """An object as it is since an instant; steps order the versions of one second."""
    return {**without_nulls(what), "updated_at": at, "resource_version": at * 1000 + 100 + step, "deleted": False}


def without_nulls(what: Json) -> Json:
    """Chargebee leaves out what an object does not have."""
    return {name: value for name, value in what.items() if value is not None}


def item_type(price: Price) -> str:
    """Whether a price is of a plan or of something on top of one."""
    return "addon" if price.nickname in ADDONS else "plan"


def card_object(card: Card) -> Json:
    """What is known of a card; never its number."""
    return {
        "brand": BRANDS.get(card.brand, card.brand),
        "expiry_month": 12,
        "expiry_year": card.exp_year,
        "funding_type": card.funding,
        "last4": card.last4,
        "masked_number": f"************{card.last4}",
        "object": "card",
    }


def last_until(moments: Iterable[tuple[int, T]], instant: int) -> T:
    """The latest of what happened up to an instant."""
    return [what for at, what in moments if at <= instant][-1]
