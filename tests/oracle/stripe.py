"""Stripe: the history of a customer's subscription items, read from webhook events and API exports as they landed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from oracle.items import OPEN_END, Facts, Json, Life, rows

ENDED = ("canceled", "incomplete_expired")
NOT_ALIVE = ("canceled", "incomplete")
PAUSABLE = ("active", "past_due", "trialing", "unpaid")
CELLS = (
    "status", "items", "discount", "discounts", "pause_collection", "trial_start", "trial_end", "cancel_at",
    "cancel_at_period_end", "canceled_at", "ended_at", "cancellation_details", "current_period_start",
    "current_period_end", "currency",
)  # fmt: skip
"""What tells two exports of one instant apart: of the texts that they make, joined by bars, the last one counts."""


@dataclass(frozen=True)
class Version:
    """A subscription as an event or an export shows it."""

    at: int
    sub: Json
    event: Json | None = None

    @property
    def is_ended(self) -> bool:
        return self.sub["status"] in ENDED

    @property
    def period_end(self) -> int | None:
        return self.sub["current_period_end"]


def item_history(records: list[Json]) -> list[Json]:
    """The history that follows from a customer's records, in whatever order and how often they came."""
    by_subscription: dict[str, list[Json]] = defaultdict(list)
    for record in records:
        by_subscription[_subscription(record)["id"]].append(record)
    timelines = [_timeline(own) for own in by_subscription.values()]
    starts: dict[str, int] = {}
    begun = set()
    for version in (version for timeline in timelines for version in timeline):
        for item in version.sub["items"]["data"]:
            if starts.setdefault(item["id"], version.at) == version.at and _status(version) not in NOT_ALIVE:
                begun.add(version.at)
    return rows(life for timeline in timelines for life in _lives(timeline, begun))


def _subscription(record: Json) -> Json:
    return record["data"]["object"] if record["object"] == "event" else record


def _timeline(records: list[Json]) -> list[Version]:
    """One version per instant, up to the end of the subscription."""
    events = {record["id"]: record for record in records if record["object"] == "event"}
    found = [_ended_in_time(Version(event["created"], _subscription(event), event)) for event in events.values()]
    for record in records:
        if record["object"] != "event":
            stamps = ("created", "start_date", "trial_start", "current_period_start", "canceled_at", "ended_at")
            at = max(record[name] for name in stamps if record[name] is not None)
            if all(event["created"] < at for event in events.values()):
                found.append(_ended_in_time(Version(at, record)))
    end = min((version.at for version in found if version.is_ended), default=OPEN_END)
    instants: dict[int, list[Version]] = defaultdict(list)
    for version in found:
        instants[version.at].append(version)
    return [_last(instants[at]) for at in sorted(instants) if at <= end]


def _ended_in_time(version: Version) -> Version:
    """An end counts from the instant that the object states, if that is before the event."""
    ended_at = version.sub["ended_at"]
    if version.is_ended and ended_at is not None:
        return Version(min(ended_at, version.at), version.sub, version.event)
    return version


def _last(versions: list[Version]) -> Version:
    """The one of an instant that counts."""
    replaced = {
        version.event["data"].get("previous_attributes", {}).get("status") for version in versions if version.event
    }

    def rank(version: Version) -> tuple[object, ...]:
        period_start = version.sub["current_period_start"]
        return (
            version.is_ended,
            not (version.event and version.event["type"] == "customer.subscription.created"),
            version.sub["status"] not in replaced,
            -1 if period_start is None else period_start,
            version.event["id"] if version.event else "",
            _text(version.sub),
        )

    return max(versions, key=rank)


def _text(sub: Json) -> str:
    cells = (sub[name] for name in CELLS)
    return "|".join("" if cell is None else cell if isinstance(cell, str) else compact(cell) for cell in cells)


def compact(value: object) -> str:
    """JSON as a provider sends it in a line."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _status(version: Version) -> str:
    status = version.sub["status"]
    if status in ENDED:
        return "canceled"
    return "paused" if version.sub["pause_collection"] and status in PAUSABLE else str(status)


def _lives(timeline: list[Version], begun: set[int]) -> Iterable[Life]:
    """Every item's life; one that is listed no more has ended, unless the list goes on elsewhere."""
    lives: dict[str, Life] = {}
    known: dict[str, Json] = {}
    period_ends: dict[str, int] = {}
    for version in timeline:
        sub, at = version.sub, version.at
        listed = {item["id"]: item for item in sub["items"]["data"]}
        known |= listed
        discounts = _discounts(version, period_ends)
        for item_id, item in known.items():
            is_removed = item_id not in listed and not sub["items"]["has_more"] and not version.is_ended
            life = lives.setdefault(item_id, Life(item_id, sub["id"], sub["customer"]))
            life.add(at, _facts(version, item, is_removed, at in begun, discounts))
    return lives.values()


def _facts(version: Version, item: Json, is_removed: bool, is_replaced: bool, discounts: list[Json]) -> Facts:
    sub, price = version.sub, item["price"]
    is_planned = sub["cancel_at"] is not None or sub["cancel_at_period_end"] or version.is_ended
    period_end = version.period_end if sub["cancel_at_period_end"] else None
    return Facts(
        price_id=price["id"],
        quantity=item["quantity"],
        amount_minor=_amount(item),
        currency=(sub["currency"] or price["currency"]).upper(),
        interval=price["recurring"]["interval"],
        interval_count=price["recurring"]["interval_count"],
        status="canceled" if is_removed else _status(version),
        discounts=tuple(
            tuple(one[name] for name in ("kind", "percent", "amount", "duration", "start", "end", "id"))
            for one in sorted(discounts, key=lambda one: (one["start"], one["id"]))
        ),
        trial_ends_at=sub["trial_end"],
        cancel_requested_at=sub["canceled_at"] if is_planned else None,
        cancel_at=sub["cancel_at"] if sub["cancel_at"] is not None else period_end,
        end_reason=_reason(version, is_removed, is_replaced),
    )


def _amount(item: Json) -> int:
    price = item["price"]
    if price["recurring"]["usage_type"] == "metered":
        return 0
    whole = Decimal(price["unit_amount_decimal"] or price["unit_amount"]) * (item["quantity"] or 1)
    return int(whole.quantize(Decimal(1), ROUND_HALF_UP))


def _reason(version: Version, is_removed: bool, is_replaced: bool) -> str | None:
    if not is_removed and not version.is_ended:
        return None
    said = (version.sub["cancellation_details"] or {}).get("reason")
    if version.is_ended and (said == "payment_failed" or version.sub["status"] == "incomplete_expired"):
        return "payment_failure"
    if is_replaced:
        return "migration"
    return "voluntary" if is_removed or said == "cancellation_requested" else "other"


def _discounts(version: Version, period_ends: dict[str, int]) -> list[Json]:
    """Discounts in a version, each with its end; `period_ends` remembers the shortest period that each was seen in."""
    sub, found = version.sub, []
    for one in [sub["discount"]] if sub["discount"] else sub["discounts"] or []:
        coupon = one["coupon"]
        if version.period_end is not None:
            period_ends[one["id"]] = min(period_ends.get(one["id"], OPEN_END), version.period_end)
        end = period_ends.get(one["id"], one["start"]) if coupon["duration"] == "once" else one["end"] or OPEN_END
        percent = None if coupon["percent_off"] is None else Decimal(str(coupon["percent_off"]))
        kind = "amount" if percent is None else "percent"
        found.append(
            {"id": one["id"], "kind": kind, "percent": percent, "amount": coupon["amount_off"], "start": one["start"],
             "duration": coupon["duration"], "end": end}
        )  # fmt: skip
    return found
