"""MRR of a subscription at an instant: the rules, each a pure function on integers and fractions.

- An item counts while its subscription is active or past due, is not in a trial and not paused.
- Metered and free items count 0; tax never counts.
- `contract` ignores discounts, `net` takes off those that repeat (while they last) or last forever, `strict` takes
  off all of them. A discount is taken off the amount per interval before that is brought to a month.
- Several discounts apply one after the other, the older one first; an amount off is shared by the subscription's
  items in proportion to what is left of each.
- A `once` discount lasts until the end of the period in which it starts.
- An item's MRR is rounded once, at the end, to the minor unit, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from paylake.simulator.ledger import Discount, Item, Subscription, SubscriptionState, half_up

Variant = Literal["contract", "net", "strict"]
VARIANTS: tuple[Variant, ...] = ("contract", "net", "strict")
PER_MONTH = {"year": Fraction(1, 12), "month": Fraction(1), "week": Fraction(52, 12), "day": Fraction(365, 12)}
COUNTED = ("active", "past_due")


@dataclass(frozen=True, slots=True)
class Window:
    """A discount in force during [start, end); an open end is None."""

    discount: Discount
    start: int
    end: int | None

    def covers(self, instant: int) -> bool:
        """Whether the discount is in force."""
        return self.start <= instant and (self.end is None or instant < self.end)


@dataclass(frozen=True, slots=True)
class ItemMrr:
    """An item's MRR in a stretch of time in which nothing about it changes."""

    item: Item
    amounts: dict[Variant, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A subscription from `at` until the next stretch."""

    at: int
    state: SubscriptionState
    status: str
    items: tuple[ItemMrr, ...]

    def total(self, variant: Variant) -> int:
        """The subscription's MRR."""
        return sum(item.amounts[variant] for item in self.items)

    @property
    def is_live(self) -> bool:
        """Whether the status counts, paused or not."""
        return self.status in COUNTED


def monthly(amount: Fraction, interval: str, interval_count: int) -> Fraction:
    """An amount per interval brought to a month."""
    return amount / interval_count * PER_MONTH[interval]


def counts_for(variant: Variant, duration: str) -> bool:
    """Whether a discount of this duration lowers the variant."""
    return variant == "strict" or (variant == "net" and duration in ("repeating", "forever"))


def after_discounts(amounts: Sequence[int], discounts: Sequence[Discount]) -> list[Fraction]:
    """Amounts per interval once every discount is taken off, oldest first."""
    left = [Fraction(amount) for amount in amounts]
    for discount in sorted(discounts, key=lambda one: (one.started_at, one.id)):
        coupon, whole = discount.coupon, sum(left, Fraction(0))
        if coupon.percent_off is not None:
            share = Fraction(coupon.percent_off) / 100
        else:
            share = min(Fraction(coupon.amount_off or 0), whole) / whole if whole else Fraction(0)
        left = [amount * (1 - share) for amount in left]
    return left


def items_mrr(items: Sequence[Item], discounts: Sequence[Discount]) -> tuple[ItemMrr, ...]:
    """MRR of each item in each variant while its subscription counts."""
    results: dict[Variant, list[int]] = {}
    for variant in VARIANTS:
        chosen = [one for one in discounts if counts_for(variant, one.coupon.duration)]
        left = after_discounts([item.amount for item in items], chosen)
        results[variant] = [
            half_up(monthly(amount, item.price.interval, item.price.interval_count))
            for item, amount in zip(items, left, strict=True)
        ]
    return tuple(
        ItemMrr(item, {variant: results[variant][index] for variant in VARIANTS}) for index, item in enumerate(items)
    )


def windows(sub: Subscription) -> list[Window]:
    """When each discount of a subscription is in force.

    A discount ends when its own time is over, or earlier when it is taken off the subscription.
    """
    found: dict[str, Window] = {}
    for state in sub.states:
        for discount_id, window in list(found.items()):
            is_gone = state.discount is None or state.discount.id != discount_id
            if is_gone and window.covers(state.at):
                found[discount_id] = Window(window.discount, window.start, state.at)
        discount = state.discount
        if discount and discount.id not in found:
            end = state.period_end if discount.coupon.duration == "once" else discount.ends_at
            found[discount.id] = Window(discount, discount.started_at, end)
    return list(found.values())


def status_at(state: SubscriptionState, instant: int) -> str:
    """The status; a trial that is over is over even if nobody said so."""
    is_over = state.status == "trialing" and state.trial_end is not None and instant >= state.trial_end
    return "active" if is_over else state.status


def stretches(sub: Subscription, until: int) -> list[Stretch]:
    """A subscription's life up to and including `until`, cut wherever its MRR could change."""
    discount_windows = windows(sub)
    cuts = {state.at for state in sub.states}
    for window in discount_windows:
        cuts.update({window.start} if window.end is None else {window.start, window.end})
    cuts.update(state.trial_end for state in sub.states if state.trial_end is not None)
    result = []
    index = 0
    for instant in sorted(cut for cut in cuts if sub.states[0].at <= cut <= until):
        while index + 1 < len(sub.states) and sub.states[index + 1].at <= instant:
            index += 1
        state = sub.states[index]
        status = status_at(state, instant)
        items = items_mrr(state.items, [w.discount for w in discount_windows if w.covers(instant)])
        if status not in COUNTED or state.is_paused:
            items = tuple(ItemMrr(item.item, dict.fromkeys(VARIANTS, 0)) for item in items)
        result.append(Stretch(instant, state, status, items))
    return result
