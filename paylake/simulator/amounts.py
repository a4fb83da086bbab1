"""How providers write amounts."""

from __future__ import annotations

ZERO_DECIMAL = ("jpy",)


def major_units(amount: int, currency: str) -> str:
    """An amount in minor units as a decimal in major ones: 1250 is 12.50 in euros and 1250 in yen."""
    if currency in ZERO_DECIMAL:
        return str(amount)
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
