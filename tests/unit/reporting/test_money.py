"""Money as people read it: failing means that a stakeholder reads another amount than gold holds."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake.reporting.money import (
    MINUS,
    exponent,
    format_change,
    format_money,
    month_name,
    next_month,
    previous_month,
    short_money,
)

CURRENCIES = st.sampled_from(
    ["USD", "EUR", "GBP", "JPY", "KWD", "CHF", "INR", "AFN", "ISK", "CLF", "XAF", "BHD", "HUF", "UGX"]
)


def parse_money(text: str, currency: str) -> int:
    """Minor units of a formatted amount, read as a person would."""
    digits = re.sub(r"[^0-9.]", "", text)
    amount = int(Decimal(digits).scaleb(exponent(currency)))
    return -amount if text.startswith(MINUS) else amount


@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_format_and_parse_are_inverse(amount: int, currency: str) -> None:
    assert parse_money(format_money(amount, currency), currency) == amount
    assert parse_money(format_money(amount, currency, sign=True), currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1_234_500, "USD", "US$12,345.00"),
        (-1, "EUR", "−€0.01"),
        (1200, "JPY", "JP¥1,200"),
        (1250, "KWD", "KWD\u00a01.250"),
        (100, "AFN", "AFN\u00a01.00"),
        (0, "USD", "US$0.00"),
        (12_300, "ISK", "ISK\u00a0123.00"),
        (12_300, "MGA", "MGA\u00a0123.00"),
    ],
)
def test_exact_money(amount: int, currency: str, text: str) -> None:
    assert format_money(amount, currency) == text


def test_gains_show_their_sign() -> None:
    assert [format_money(n, "EUR", sign=True) for n in (5, 0, -5)] == ["+€0.05", "€0.00", "−€0.05"]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (950_00, "USD", "US$950"),
        (12_345_00, "USD", "US$12.3k"),
        (1_200_000, "JPY", "JP¥1.2M"),
        (-2_500_000_00, "EUR", "−€2.5M"),
        (9_999_49, "USD", "US$9,999"),
    ],
)
def test_short_money(amount: int, currency: str, text: str) -> None:
    assert short_money(amount, currency) == text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (1000, 1032, "+3.2\u00a0%"),
        (1000, 990, "−1.0\u00a0%"),
        (0, 5, "new"),
        (0, 0, "0.0\u00a0%"),
        (1000, 1000, "0.0\u00a0%"),
        (100, 0, "−100.0\u00a0%"),
    ],
)
def test_change(old: int, new: int, text: str) -> None:
    assert format_change(old, new) == text


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)))
def test_months_follow_each_other(month: date) -> None:
    assert previous_month(next_month(month)) == month
    assert (next_month(month) - month).days in range(28, 32)


def test_names() -> None:
    assert month_name(date(2026, 9, 1)) == "September 2026"
    assert [exponent(c) for c in ("JPY", "USD", "KWD")] == [0, 2, 3]
