"""Truth about subscriptions and MRR: item history, movements, months."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from paylake.simulator.clock import midnight, month_of, next_month
from paylake.simulator.ledger import Ledger, Subscription
from paylake.simulator.truth.movements import (
    KINDS,
    MrrMonth,
    MrrMovement,
    customer_months,
    customer_movements,
    sum_months,
)
from paylake.simulator.truth.mrr import VARIANTS, Stretch, Variant, stretches
from paylake.simulator.truth.parquet import OPEN_END, columns

Row = dict[str, Any]
Key = tuple[Variant, str]
ITEM_HISTORY = columns(
    "subscription_item_id valid_from valid_to is_current subscription_id customer_id price_id quantity amount_minor "
    "currency interval interval_count is_metered status trial_ends_at cancel_requested_at ended_at end_reason "
    "mrr_contract_minor mrr_net_minor mrr_strict_minor"
)
MOVEMENTS = columns(
    "variant currency customer_id occurred_at month movement amount_minor opening_minor closing_minor gap_days "
    "churn_reason"
)
MONTHLY = columns(
    "variant currency month opening_minor "
    + " ".join(f"{kind}_minor" for kind in KINDS)
    + " closing_minor at_risk_minor "
    + " ".join(f"{kind}_count" for kind in KINDS)
    + " active_customers is_complete"
)
CUSTOMER_MONTHLY = columns(
    "variant currency customer_id month opening_minor "
    + " ".join(f"{kind}_minor" for kind in KINDS)
    + " closing_minor is_new_and_churned"
)


class Revenue:
    """MRR of a ledger up to and including an instant."""

    def __init__(self, ledger: Ledger, as_of: int) -> None:
        self.as_of = as_of
        self.last_month = month_of(as_of)
        self.subscriptions = ledger.subscriptions
        self.timelines = {sub.id: stretches(sub, as_of) for sub in ledger.subscriptions}
        self.owners: dict[tuple[str, str], list[Subscription]] = {}
        for sub in ledger.subscriptions:
            self.owners.setdefault((sub.currency, sub.customer_id), []).append(sub)
        self.by_key: dict[Key, dict[str, list[MrrMovement]]] = {}
        for variant in VARIANTS:
            for (currency, customer_id), subs in self.owners.items():
                own = [self.timelines[sub.id] for sub in subs]
                found = customer_movements(variant, currency, customer_id, own)
                self.by_key.setdefault((variant, currency), {})[customer_id] = found
        self.months: dict[Key, dict[str, dict[date, MrrMonth]]] = {
            key: {name: customer_months(found, self.last_month) for name, found in customers.items()}
            for key, customers in self.by_key.items()
        }

    def movement_rows(self) -> Iterator[Row]:
        """One row per movement."""
        for customers in self._in_order(self.by_key):
            for movement in sorted(
                (one for found in customers.values() for one in found), key=lambda one: (one.at, one.customer_id)
            ):
                yield {
                    "variant": movement.variant,
                    "currency": movement.currency.upper(),
                    "customer_id": movement.customer_id,
                    "occurred_at": movement.at,
                    "month": month_of(movement.at),
                    "movement": movement.kind,
                    "amount_minor": movement.amount,
                    "opening_minor": movement.opening,
                    "closing_minor": movement.closing,
                    "gap_days": movement.gap_days,
                    "churn_reason": movement.churn_reason,
                }

    def month_rows(self) -> Iterator[Row]:
        """One row per variant, currency and month, from the currency's first movement in any variant on."""
        first: dict[str, date] = {}
        for (_, currency), customers in self.months.items():
            for months in customers.values():
                first[currency] = min(first.get(currency, self.last_month), *months, self.last_month)
        for (variant, currency), customers in sorted(self.months.items()):
            if not any(self.months[other, currency][name] for other in VARIANTS for name in customers):
                continue
            for month, total in sum_months(customers.values(), first[currency], self.last_month).items():
                active = sum(1 for months in customers.values() if month in months and months[month].closing)
                yield {
                    "variant": variant,
                    "currency": currency.upper(),
                    "month": month,
                    "opening_minor": total.opening,
                    **{f"{kind}_minor": total.by_kind[kind] for kind in KINDS},
                    "closing_minor": total.closing,
                    "at_risk_minor": self._at_risk(variant, currency, month),
                    **{f"{kind}_count": total.counts[kind] for kind in KINDS},
                    "active_customers": active,
                    "is_complete": midnight(next_month(month)) <= self.as_of,
                }

    def customer_month_rows(self) -> Iterator[Row]:
        """One row per variant, currency, customer and month in which there was any MRR or movement."""
        for (variant, currency), customers in sorted(self.months.items()):
            for customer_id, months in sorted(customers.items()):
                for month, one in months.items():
                    if one.opening or one.closing or any(one.counts.values()):
                        yield {
                            "variant": variant,
                            "currency": currency.upper(),
                            "customer_id": customer_id,
                            "month": month,
                            "opening_minor": one.opening,
                            **{f"{kind}_minor": one.by_kind[kind] for kind in KINDS},
                            "closing_minor": one.closing,
                            "is_new_and_churned": bool(one.counts["new"] and one.counts["churn"]),
                        }

    def item_rows(self) -> Iterator[Row]:
        """One row per item and stretch of time in which nothing about it changed."""
        for sub in self.subscriptions:
            yield from _item_rows(sub, self.timelines[sub.id])

    def _at_risk(self, variant: Variant, currency: str, month: date) -> int:
        instant = min(midnight(next_month(month)) - 1, self.as_of)
        total = 0
        for sub in self.subscriptions:
            if sub.currency == currency:
                stretch = stretch_at(self.timelines[sub.id], instant)
                total += stretch.total(variant) if stretch and stretch.status == "past_due" else 0
        return total

    @staticmethod
    def _in_order(by_key: dict[Key, dict[str, list[MrrMovement]]]) -> Iterator[dict[str, list[MrrMovement]]]:
        for _, customers in sorted(by_key.items()):
            yield customers


def stretch_at(timeline: Sequence[Stretch], instant: int) -> Stretch | None:
    """The stretch in force at an instant."""
    index = bisect_right(timeline, instant, key=lambda stretch: stretch.at)
    return timeline[index - 1] if index else None


def normalised_status(stretch: Stretch) -> str:
    """The status in the words of every provider."""
    if stretch.status == "incomplete_expired":
        return "canceled"
    return "paused" if stretch.is_live and stretch.state.is_paused else stretch.status


def _item_rows(sub: Subscription, timeline: Sequence[Stretch]) -> Iterator[Row]:
    current: dict[str, Row] = {}
    for stretch in timeline:
        state, seen = stretch.state, set()
        for one in stretch.items:
            item = one.item
            seen.add(item.id)
            facts: Row = {
                "subscription_item_id": item.id,
                "subscription_id": sub.id,
                "customer_id": sub.customer_id,
                "price_id": item.price.id,
                "quantity": item.quantity,
                "amount_minor": item.amount,
                "currency": sub.currency.upper(),
                "interval": item.price.interval,
                "interval_count": item.price.interval_count,
                "is_metered": item.price.is_metered,
                "status": normalised_status(stretch),
                "trial_ends_at": state.trial_end,
                "cancel_requested_at": state.canceled_at,
                "ended_at": state.ended_at,
                "end_reason": state.end_reason,
                **{f"mrr_{variant}_minor": one.amounts[variant] for variant in VARIANTS},
            }
            last = current.get(item.id)
            if last and all(last[name] == value for name, value in facts.items()):
                continue
            if last:
                yield {**last, "valid_to": stretch.at, "is_current": False}
            current[item.id] = {**facts, "valid_from": stretch.at}
        for item_id in [known for known in current if known not in seen]:
            yield {**current.pop(item_id), "valid_to": stretch.at, "is_current": False}
    for row in current.values():
        yield {**row, "valid_to": OPEN_END, "is_current": True}
