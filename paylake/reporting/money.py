"""Money, months and percentages as people read them; amounts stay integers in minor units until here."""

from __future__ import annotations

import calendar
import csv
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.numbers import format_currency, get_currency_symbol

from paylake.settings import find_project

LOCALE = "en_001"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
EXPONENTS = Path("seeds") / "currency_exponents.csv"


@lru_cache
def _exponents() -> dict[str, int]:
    with (find_project() / EXPONENTS).open(encoding="utf-8", newline="") as file:
        rows = [(row["currency"], int(row["exponent"])) for row in csv.DictReader(file)]
    return {currency: max(exponent for name, exponent in rows if name == currency) for currency, _ in rows}


def exponent(currency: str) -> int:
    """Number of decimals of a currency's minor unit in silver: the finest of the seed that the models use, else two."""
    return _exponents().get(currency, 2)


def to_major(amount_minor: int, currency: str) -> Decimal:
    """The exact amount in the currency's major unit."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def format_money(amount_minor: int, currency: str, *, sign: bool = False) -> str:
    """`US$12,345.00`, `JP¥1,200`, `KWD 1.250`; with `sign`, a plus before gains."""
    digits = exponent(currency)
    gap = NBSP if get_currency_symbol(currency, LOCALE) == currency else ""
    pattern = f"¤{gap}#,##0" + (f".{'0' * digits}" if digits else "")
    text = format_currency(to_major(abs(amount_minor), currency), currency, pattern, LOCALE, currency_digits=False)
    return f"{_sign(amount_minor, sign)}{text}"


def short_money(amount_minor: int, currency: str, *, sign: bool = False) -> str:
    """For labels in charts: `US$12.3k`, `JP¥1.2M`, `+€950`."""
    amount, suffix, size = abs(to_major(amount_minor, currency)), "", Decimal(1)
    for limit, name in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**4), "k")):
        if amount >= limit:
            suffix, size = name, Decimal(1000) if name == "k" else limit
            break
    number = f"{amount / size:,.1f}".removesuffix(".0") if suffix else f"{amount:,.0f}"
    symbol = get_currency_symbol(currency, LOCALE)
    return f"{_sign(amount_minor, sign)}{symbol}{NBSP if symbol == currency else ''}{number}{suffix}"


def _sign(amount: int, plus: bool) -> str:
    return MINUS if amount < 0 else "+" if plus and amount > 0 else ""


def format_change(old: int, new: int) -> str:
    """Change in per cent, `+3.2 %`; `new` where there was nothing before, `0.0 %` where nothing changed."""
    if old == 0:
        return "new" if new else f"0.0{NBSP}%"
    tenths = round(Decimal(new - old) * 1000 / abs(old))
    return f"{_sign(tenths, True)}{Decimal(abs(tenths)) / 10:.1f}{NBSP}%"


def month_name(month: date) -> str:
    """`September 2026`."""
    return f"{calendar.month_name[month.month]} {month.year}"


def next_month(month: date) -> date:
    """First day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def previous_month(month: date) -> date:
    """First day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def count(number: int, noun: str) -> str:
    """`1 payout`, `3 payouts`, `0 payouts`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
