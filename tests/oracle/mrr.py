"""MRR by brute force: every customer is worked out anew at every instant at which anything could change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)
TICK = timedelta(microseconds=1)
VARIANTS = ("contract", "net", "strict")
KINDS = ("new", "expansion", "reactivation", "resumed", "contraction", "paused", "churn")
A_MONTH = {"year": Fraction(1, 12), "month": Fraction(1), "week": Fraction(52, 12), "day": Fraction(365, 12)}


@dataclass(frozen=True)
class Discount:
    """A discount listed on an item; `percent` in hundredths of a percent, or `amount` in minor units."""

    discount_id: str
    percent: int | None
    amount: int | None
    duration: str
    starts_at: datetime
    ends_at: datetime
    is_of_item: bool


@dataclass(frozen=True)
class State:
    """A row of the item history."""

    item: str
    subscription: str
    customer: str
    currency: str
    amount: int
    interval: str
    interval_count: int
    status: str
    discounts: tuple[Discount, ...]
    trial_ends_at: datetime | None
    end_reason: str | None
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class Movement:
    """A change of one customer's MRR."""

    customer: str
    currency: str
    variant: str
    at: datetime
    movement: str
    opening: int
    closing: int
    gap_days: int | None
    end_reason: str | None
    is_new_and_churned: bool = False


def half_up(value: Fraction) -> int:
    """Round a value that is not negative, halves up."""
    return int(value + Fraction(1, 2))


def status_at(state: State, at: datetime) -> str:
    """The status; a trial that is over is over."""
    is_over = state.trial_ends_at is not None and at >= state.trial_ends_at
    return "active" if state.status == "trialing" and is_over else state.status


def take_off(amount: Fraction, discounts: Iterable[Discount], variant: str, at: datetime) -> Fraction:
    """What the discounts in force leave, the older ones taken off first."""
    for one in sorted(discounts, key=lambda d: (d.starts_at, d.discount_id)):
        is_applied = variant == "strict" or (variant == "net" and one.duration != "once")
        if is_applied and one.starts_at <= at < one.ends_at:
            if one.percent is not None:
                amount -= amount * Fraction(one.percent, 10000)
            else:
                amount = max(Fraction(0), amount - (one.amount or 0))
    return amount


def item_mrr(states: set[State], variant: str, at: datetime) -> dict[str, int]:
    """MRR of every item of one subscription."""
    here = [state for state in states if state.valid_from <= at < state.valid_to]
    now = [state for state in here if status_at(state, at) in ("active", "past_due")]
    own = {s.item: take_off(Fraction(s.amount), [d for d in s.discounts if d.is_of_item], variant, at) for s in now}
    whole = sum(own.values(), Fraction(0))
    result = {state.item: 0 for state in here}
    for state in now:
        left = take_off(whole, [d for d in state.discounts if not d.is_of_item], variant, at)
        share = own[state.item] / whole if whole else Fraction(0)
        monthly = left * share / state.interval_count * A_MONTH[state.interval]
        result[state.item] = half_up(monthly)
    return result


def by_subscription(history: Iterable[State]) -> dict[str, set[State]]:
    """The history of each subscription, every row once."""
    groups: dict[str, set[State]] = defaultdict(set)
    for state in history:
        groups[state.subscription].add(state)
    return groups


def instants(history: Iterable[State], until: datetime) -> list[datetime]:
    """Every instant at which anything could change."""
    found = set()
    for state in history:
        found |= {state.valid_from, state.valid_to}
        found |= {state.trial_ends_at} if state.trial_ends_at else set()
        found |= {edge for one in state.discounts for edge in (one.starts_at, one.ends_at)}
    return sorted(edge for edge in found if edge <= until)


def total(history: Iterable[State], variant: str, at: datetime, status: str | None = None) -> int:
    """MRR of a history at an instant, of one status if named."""
    whole = 0
    for states in by_subscription(history).values():
        known = {s.item: status_at(s, at) for s in states if s.valid_from <= at < s.valid_to}
        whole += sum(mrr for item, mrr in item_mrr(states, variant, at).items() if status in (None, known[item]))
    return whole


def items_of_status(history: Iterable[State], at: datetime) -> dict[str, str]:
    """The status of every item."""
    return {s.item: status_at(s, at) for s in history if s.valid_from <= at < s.valid_to}


def is_lifted(history: Iterable[State], at: datetime) -> bool:
    """Whether the pause of an item ends now, other than by the item ending."""
    before, now = items_of_status(history, at - TICK), items_of_status(history, at)
    return any(
        status == "paused" and now.get(item, "canceled") not in ("paused", "canceled")
        for item, status in before.items()
    )


def end_reason(history: Iterable[State], at: datetime) -> str | None:
    """Why a customer went, by the items that ended or stopped being paid at the instant."""
    before = {(s.item, s.status) for s in history if s.valid_from < at <= s.valid_to}
    reasons = set()
    for state in history:
        if state.valid_from == at and (state.item, state.status) not in before:
            reasons |= {state.end_reason} if state.status == "canceled" else set()
            reasons |= {"payment_failure"} if state.status == "unpaid" else set()
    known = {reason for reason in reasons if reason}
    return "payment_failure" if "payment_failure" in known else max(known, default=None)


def by_customer(history: Iterable[State]) -> dict[tuple[str, str], set[State]]:
    """The history of each customer in each currency."""
    groups: dict[tuple[str, str], set[State]] = defaultdict(set)
    for state in history:
        groups[state.customer, state.currency].add(state)
    return groups


def name(before: int, after: int, is_first: bool, resumes: bool, is_paused: bool) -> str:
    """The movement's name."""
    if before == 0:
        return "new" if is_first else "resumed" if resumes else "reactivation"
    if after == 0:
        return "paused" if is_paused else "churn"
    return "expansion" if after > before else "contraction"


def movements(history: Iterable[State], as_of: datetime) -> list[Movement]:
    """Every movement up to and including `as_of`."""
    result = []
    for (customer, currency), states in sorted(by_customer(history).items()):
        for variant in VARIANTS:
            before, last, own = 0, None, []
            for at in instants(states, as_of):
                after = total(states, variant, at)
                if after == before:
                    continue
                resumes = last is not None and last.movement == "paused" and is_lifted(states, at)
                kind = name(before, after, last is None, resumes, "paused" in items_of_status(states, at).values())
                gap = (at - last.at) // timedelta(days=1) if last and before == 0 else None
                reason = end_reason(states, at) if kind == "churn" else None
                last = Movement(customer, currency, variant, at, kind, before, after, gap, reason)
                own.append(last)
                before = after
            result += flagged(own)
    return result


def flagged(own: list[Movement]) -> list[Movement]:
    """Movements of one customer, those of a month of both arrival and departure marked."""
    kinds: dict[date, set[str]] = defaultdict(set)
    for one in own:
        kinds[month_of(one.at)].add(one.movement)
    return [
        Movement(**(vars(one) | {"is_new_and_churned": {"new", "churn"} <= kinds[month_of(one.at)]})) for one in own
    ]


def month_of(at: datetime) -> date:
    """The first day of an instant's month."""
    return at.date().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=32)).replace(day=1)


def monthly(history: Iterable[State], as_of: datetime) -> dict[tuple[date, str, str], dict[str, int]]:
    """The bridge of every month, currency and variant from the first movement on."""
    states, moved = set(history), movements(history, as_of)
    result: dict[tuple[date, str, str], dict[str, int]] = {}
    for currency in {one.currency for one in moved}:
        own = [state for state in states if state.currency == currency]
        for variant in VARIANTS:
            month = min(month_of(one.at) for one in moved if one.currency == currency)
            while month <= month_of(as_of):
                opens = datetime(month.year, month.month, 1, tzinfo=UTC) - TICK
                ends = next_month(month)
                closes = min(datetime(ends.year, ends.month, 1, tzinfo=UTC) - TICK, as_of)
                row = {f"{kind}_minor": 0 for kind in KINDS}
                for one in moved:
                    if (one.currency, one.variant, month_of(one.at)) == (currency, variant, month):
                        row[f"{one.movement}_minor"] += one.closing - one.opening
                row["opening_minor"], row["closing_minor"] = total(own, variant, opens), total(own, variant, closes)
                row["mrr_at_risk_minor"] = total(own, variant, closes, "past_due")
                row["customers"] = sum(
                    1 for (_, c), s in by_customer(own).items() if c == currency and total(s, variant, closes)
                )
                result[month, currency, variant] = row
                month = ends
    return result
