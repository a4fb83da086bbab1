"""Prices of invoice lines: discounts, proration, tax. Pure functions on integers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from paylake.simulator.ledger import Discount, InvoiceLine, half_up


def prorated(amount: int, instant: int, start: int, end: int) -> int:
    """The part of a period's amount that falls after the instant."""
    return half_up(Fraction(amount * (end - instant), end - start))


def allocate(total: int, weights: list[int]) -> list[int]:
    """Split a total in proportion to the weights; the last weight that counts takes the remainder."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    parts[last] += total - sum(parts)
    return parts


def discounts_of(amounts: list[int], discount: Discount | None) -> list[int]:
    """What a discount takes off each line: a percentage off all of them, an amount off those that are owed."""
    if discount is None:
        return [0] * len(amounts)
    coupon = discount.coupon
    if coupon.percent_off is not None:
        return [half_up(Fraction(coupon.percent_off) * amount / 100) for amount in amounts]
    owed = [max(0, amount) for amount in amounts]
    return allocate(min(coupon.amount_off or 0, sum(owed)), owed)


def priced(lines: list[InvoiceLine], discount: Discount | None, tax_percent: int) -> list[InvoiceLine]:
    """The lines with their discount and the tax on what remains."""
    discounts = discounts_of([line.amount for line in lines], discount)
    return [
        replace(line, discount=off, tax=half_up(Fraction((line.amount - off) * tax_percent, 100)))
        for line, off in zip(lines, discounts, strict=True)
    ]
