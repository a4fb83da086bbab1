"""Razorpay: the history of a customer's subscriptions, read from copies of the entity and from webhooks, if any."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from oracle.items import OPEN_END, Facts, Json, Life, rows

DAY = 86400
ORDER = ("created", "authenticated", "active", "pending", "halted", "paused", "expired", "completed", "cancelled")
"""Statuses, the one that comes later in a subscription's life later."""
ENDED = ("expired", "completed", "cancelled")
STATUS = {
    "created": "incomplete", "authenticated": "trialing", "pending": "past_due", "halted": "unpaid",
    **dict.fromkeys(ENDED, "canceled"),
}  # fmt: skip
ENTERS = ("subscription.authenticated", "subscription.activated")


@dataclass(frozen=True)
class Version:
    """An entity as a webhook (with the time of its event) or an export (without) shows it."""

    sub: Json
    told_at: int | None
    told: str = ""

    @property
    def has_trial(self) -> bool:
        start = self.sub["start_at"]
        return start is not None and start > self.sub["created_at"] + DAY

    @property
    def at(self) -> int:
        """From when on its status is known."""
        sub = self.sub
        stamped: int = sub["current_start"] or sub["created_at"]
        if sub["status"] in ENDED:
            return min((at for at in (sub["ended_at"], self.told_at) if at is not None), default=stamped)
        if self.told_at is not None:
            return self.told_at
        return sub["paused_at"] or stamped if sub["status"] == "paused" else stamped

    @property
    def terms(self) -> tuple[object, ...]:
        """What is agreed; decides between versions that nothing else tells apart."""
        sub = self.sub
        return (sub["plan_id"], sub["quantity"], sub["offer_id"] or "", sub["start_at"] or 0)


@dataclass(frozen=True)
class Shown:
    """A status from an instant on, and the version that tells of it: of itself (part 3), or of what was before it."""

    at: int
    status: str
    version: Version
    part: int = 3


def item_history(records: list[Json], plans: dict[str, Json]) -> list[Json]:
    """The history that follows from a customer's records, in whatever order and how often they came."""
    by_subscription: dict[str, list[Version]] = defaultdict(list)
    for record in records:
        if record["entity"] == "event":
            sub = record["payload"]["subscription"]["entity"]
            by_subscription[sub["id"]].append(Version(sub, record["created_at"], record["event"]))
        else:
            by_subscription[record["id"]].append(Version(record, None))
    histories = [_history(versions) for versions in by_subscription.values()]
    begun = {
        shown.at
        for history in histories
        for shown in history.shown
        if shown.at == shown.version.sub["created_at"] and shown.status in ("active", "authenticated")
    }
    return rows(_life(history, begun, plans) for history in histories)


@dataclass(frozen=True)
class History:
    """One status per instant, up to the end; whether that came after all retries were over."""

    shown: list[Shown]
    was_halted: bool


def _history(versions: list[Version]) -> History:
    told = [version.told_at for version in versions if version.told_at is not None]
    found = [*_before(versions, told), *(Shown(one.at, one.sub["status"], one) for one in versions)]
    if told:
        found = [
            one
            for one in found
            if (one.at < min(told) if one.part < 3 else one.version.told_at is not None or one.at > max(told))
        ]
    end = min((one.at for one in found if one.status in ENDED), default=OPEN_END)
    instants: dict[int, list[Shown]] = defaultdict(list)
    for one in found:
        instants[one.at].append(one)
    halted = [one.at for one in found if one.status == "halted" and one.at <= end]
    living = [one.at for one in found if one.status not in (*ENDED, "halted") and one.at <= end]
    was_halted = bool(halted) and max(halted) >= max(living, default=0)
    return History([_furthest(instants[at]) for at in sorted(instants) if at <= end], was_halted)


def _before(versions: list[Version], told: list[int]) -> list[Shown]:
    """What the first version says of the time before it."""

    def age(one: Version) -> tuple[object, ...]:
        told_at = OPEN_END if one.told_at is None else one.told_at
        return (told_at, one.at, ORDER.index(one.sub["status"]), *one.terms, one.sub["current_start"] or 0)

    first = min(versions, key=age)
    found = [Shown(first.sub["created_at"], "authenticated" if first.has_trial else "created", first, 1)]
    entered = [one.told_at for one in versions if one.told in ENTERS and one.told_at is not None]
    has_begun = first.sub["current_start"] is not None and first.sub["start_at"] is not None
    if has_begun and (not entered or min(entered) != min(told)):
        found.append(Shown(first.sub["start_at"], "active", first, 2))
    return found


def _furthest(several: list[Shown]) -> Shown:
    """The one of an instant that counts; of equally far ones the first terms."""

    def rank(one: Shown) -> tuple[int, ...]:
        return (ORDER.index(one.status), -1 if one.version.told_at is None else one.version.told_at, one.part)

    best = max(map(rank, several))
    return min((one for one in several if rank(one) == best), key=lambda one: one.version.terms)


def _life(history: History, begun: set[int], plans: dict[str, Json]) -> Life:
    sub = history.shown[0].version.sub
    life = Life(sub["id"], sub["id"], sub["customer_id"])
    offers: dict[str, int] = {}
    for shown in history.shown:
        offer = shown.version.sub["offer_id"]
        if offer:
            offers.setdefault(offer, shown.at)
        discounts = (("unknown", None, None, None, offers[offer], OPEN_END, offer),) if offer else ()
        life.add(shown.at, _facts(shown, plans, history.was_halted, shown.at in begun, discounts))
    return life


def _facts(
    shown: Shown, plans: dict[str, Json], was_halted: bool, is_replaced: bool, discounts: tuple[tuple[object, ...], ...]
) -> Facts:
    sub, plan = shown.version.sub, plans[shown.version.sub["plan_id"]]
    reason = None
    if shown.status == "completed":
        reason = "other"
    elif shown.status == "expired" or (shown.status == "cancelled" and was_halted):
        reason = "payment_failure"
    elif shown.status == "cancelled":
        reason = "migration" if is_replaced else "voluntary"
    return Facts(
        price_id=sub["plan_id"],
        quantity=sub["quantity"],
        amount_minor=plan["item"]["amount"] * sub["quantity"],
        currency=plan["item"]["currency"],
        interval={"monthly": "month", "yearly": "year"}[plan["period"]],
        interval_count=plan["interval"],
        status=STATUS.get(shown.status, shown.status),
        discounts=discounts,
        trial_ends_at=sub["start_at"] if shown.version.has_trial else None,
        end_reason=reason,
    )
