"""MRR movements of a customer: everything that happens at one instant is netted, then named.

| before | after | name |
|---|---|---|
| 0 | more | `new` the first time; `resumed` if a pause made it 0 and is lifted now; else `reactivation` |
| some | 0 | `paused` if a subscription that still runs is paused now; else `churn` |
| some | more | `expansion` |
| some | less | `contraction` |
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from paylake.simulator.clock import DAY, midnight, month_of, months_between, next_month
from paylake.simulator.truth.mrr import Stretch, Variant

KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "paused", "resumed")


@dataclass(frozen=True, slots=True)
class MrrMovement:
    """One customer's MRR changing at one instant, in one currency and variant."""

    variant: Variant
    currency: str
    customer_id: str
    at: int
    kind: str
    opening: int
    closing: int
    gap_days: int | None
    churn_reason: str | None

    @property
    def amount(self) -> int:
        """What the MRR changes by."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True)
class MrrMonth:
    """One customer's month: opening + movements = closing."""

    opening: int
    closing: int
    by_kind: dict[str, int]
    counts: dict[str, int]


def name_movement(before: int, after: int, has_been_positive: bool, is_paused_now: bool, is_resumed_now: bool) -> str:
    """The movement's name; see the table above."""
    if before == 0:
        if not has_been_positive:
            return "new"
        return "resumed" if is_resumed_now else "reactivation"
    if after == 0:
        return "paused" if is_paused_now else "churn"
    return "expansion" if after > before else "contraction"


def _current(timeline: Sequence[Stretch], starts: Sequence[int], instant: int) -> Stretch | None:
    index = bisect_right(starts, instant)
    return timeline[index - 1] if index else None


def customer_movements(
    variant: Variant, currency: str, customer_id: str, timelines: Sequence[Sequence[Stretch]]
) -> list[MrrMovement]:
    """The movements of a customer whose subscriptions lived through these stretches."""
    movements: list[MrrMovement] = []
    starts = [[stretch.at for stretch in timeline] for timeline in timelines]
    before, zero_since, zero_kind = 0, 0, ""
    for instant in sorted({start for own in starts for start in own}):
        now = [_current(timeline, own, instant) for timeline, own in zip(timelines, starts, strict=True)]
        was = [_current(timeline, own, instant - 1) for timeline, own in zip(timelines, starts, strict=True)]
        after = sum(stretch.total(variant) for stretch in now if stretch)
        if after == before:
            continue
        pairs = list(zip(was, now, strict=True))
        is_paused_now = any(one is not None and one.is_live and one.state.is_paused for one in now)
        is_lifted = any(old and new and old.state.is_paused and not new.state.is_paused for old, new in pairs)
        is_resumed = zero_kind == "paused" and is_lifted
        kind = name_movement(before, after, bool(movements), is_paused_now, is_resumed)
        gap = (instant - zero_since) // DAY if kind in ("resumed", "reactivation") else None
        reason = churn_reason(pairs) if kind == "churn" else None
        movements.append(MrrMovement(variant, currency, customer_id, instant, kind, before, after, gap, reason))
        if after == 0:
            zero_since, zero_kind = instant, kind
        before = after
    return movements


def churn_reason(pairs: Iterable[tuple[Stretch | None, Stretch | None]]) -> str:
    """Why it ended: payment failure if any subscription that ends now ended so, else voluntary."""
    reasons = {new.state.end_reason for old, new in pairs if new and old and old.is_live and not new.is_live}
    return "payment_failure" if "payment_failure" in reasons else "voluntary"


def customer_months(movements: Sequence[MrrMovement], last_month: date) -> dict[date, MrrMonth]:
    """A customer's months from the first movement to the last month of data."""
    result: dict[date, MrrMonth] = {}
    if not movements:
        return result
    opening, position = 0, 0
    for month in months_between(month_of(movements[0].at), last_month):
        until = midnight(next_month(month))
        by_kind, counts = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
        closing = opening
        while position < len(movements) and movements[position].at < until:
            movement = movements[position]
            by_kind[movement.kind] += movement.amount
            counts[movement.kind] += 1
            closing = movement.closing
            position += 1
        result[month] = MrrMonth(opening, closing, by_kind, counts)
        opening = closing
    return result


def sum_months(customers: Iterable[Mapping[date, MrrMonth]], first: date, last: date) -> dict[date, MrrMonth]:
    """All customers' months together, every month from the first to the last."""
    parts = list(customers)
    result = {}
    for month in months_between(first, last):
        here = [months[month] for months in parts if month in months]
        result[month] = MrrMonth(
            sum(one.opening for one in here),
            sum(one.closing for one in here),
            {kind: sum(one.by_kind[kind] for one in here) for kind in KINDS},
            {kind: sum(one.counts[kind] for one in here) for kind in KINDS},
        )
    return result
