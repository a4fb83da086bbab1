"""Small sets of records of one customer: valid one by one, nasty together. `@` is what makes names their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from oracle.items import Json
from oracle.razorpay import ORDER

DAY = 86400
DAYS = tuple(
    int(datetime(*day, tzinfo=UTC).timestamp())
    for day in ((2025, 3, 9, 7), (2025, 3, 30, 1), (2025, 10, 26, 1), (2025, 11, 2, 6), (2025, 1, 31, 23))
)
"""Hours in which clocks change, in America and in Europe, and the last one of a month."""
LATER = (0, 0, 1, 3600, DAY, 2 * DAY, 2 * DAY + 1, 31 * DAY)
"""Seconds between what belongs together; an event may be created two days after what it tells of."""
PLANS = {
    plan: {
        "id": plan,
        "entity": "plan",
        "interval": count,
        "period": every,
        "item": {"amount": price, "currency": "INR"},
    }
    for plan, price, every, count in (
        ("plan_00000000000001", 152000, "monthly", 1),
        ("plan_00000000000002", 1112000, "monthly", 3),
        ("plan_00000000000003", 5, "yearly", 1),
    )
}
"""Razorpay's plans that stories are about."""

PRICES: list[Json] = [
    {"id": "price_a", "currency": "usd", "unit_amount": 1900, "unit_amount_decimal": "1900",
     "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}},
    {"id": "price_b", "currency": "usd", "unit_amount": None, "unit_amount_decimal": "1500.25",
     "recurring": {"interval": "month", "interval_count": 3, "usage_type": "licensed"}},
    {"id": "price_c", "currency": "usd", "unit_amount": 5, "unit_amount_decimal": None,
     "recurring": {"interval": "year", "interval_count": 1, "usage_type": "metered"}},
]  # fmt: skip
STATUSES = (
    "incomplete",
    "trialing",
    "active",
    "active",
    "past_due",
    "unpaid",
    "paused",
    "canceled",
    "incomplete_expired",
)


def story(provider: str) -> st.SearchStrategy[list[Json]]:
    """Records of one customer of a provider."""
    return {"stripe": stripe, "razorpay": razorpay}[provider]()


@st.composite
def stripe(draw: st.DrawFn) -> list[Json]:
    """One or two subscriptions: events, and exports of the API."""
    start = draw(st.sampled_from(DAYS))
    count = draw(st.integers(1, 5))
    records = []
    for number in range(count):
        sub = draw(_stripe_subscription(start, draw(st.sampled_from("1112"))))
        if draw(st.integers(0, 3)):
            data: Json = {"object": sub}
            if draw(st.booleans()):
                data["previous_attributes"] = {"status": draw(st.sampled_from(STATUSES))}
            kind = draw(st.sampled_from(("created", "updated", "updated", "deleted")))
            created = start + draw(st.sampled_from(LATER))
            sub = {"id": f"evt_{number}_@", "object": "event", "type": f"customer.subscription.{kind}",
                   "created": created, "data": data}  # fmt: skip
        records.append(sub)
    return records


@st.composite
def _stripe_subscription(draw: st.DrawFn, start: int, name: str) -> Json:
    def maybe(values: Any) -> Any:
        return draw(st.none() | st.sampled_from(values))

    instants = [start + later for later in LATER]
    items = []
    for item in draw(st.sampled_from(("a", "a", "ab", "b", ""))):
        price, quantity = draw(st.sampled_from(PRICES)), draw(st.sampled_from((1, 2, 3)))
        items.append({"id": f"si_{name}{item}_@", "quantity": quantity, "price": price})
    discounts = [one for one in _discounts(name, start) if not draw(st.integers(0, 3))]
    is_list = draw(st.booleans())
    return {
        "id": f"sub_{name}_@",
        "object": "subscription",
        "customer": "cus_@",
        "created": start,
        "start_date": start,
        "status": draw(st.sampled_from(STATUSES)),
        "currency": maybe(("usd",)),
        "items": {"object": "list", "data": items, "has_more": draw(st.sampled_from((False, False, True)))},
        "discount": discounts[0] if discounts and not is_list else None,
        "discounts": discounts if is_list else None,
        "pause_collection": draw(st.sampled_from((None, None, {"behavior": "void"}))),
        "trial_start": None,
        "trial_end": maybe(instants),
        "cancel_at": maybe(instants),
        "cancel_at_period_end": draw(st.booleans()),
        "canceled_at": maybe(instants),
        "ended_at": maybe(instants),
        "cancellation_details": maybe(({"reason": "payment_failed"}, {"reason": "cancellation_requested"})),
        "current_period_start": maybe(instants),
        "current_period_end": maybe([instant + 31 * DAY for instant in instants]),
    }


def _discounts(name: str, start: int) -> list[Json]:
    """One of each duration."""
    return [
        {"id": f"di_{name}_once_@", "start": start, "end": None,
         "coupon": {"id": "c1", "percent_off": 12.5, "amount_off": None, "duration": "once"}},
        {"id": f"di_{name}_months_@", "start": start + DAY, "end": start + 60 * DAY,
         "coupon": {"id": "c2", "percent_off": None, "amount_off": 500, "duration": "repeating"}},
        {"id": f"di_{name}_ever_@", "start": start - DAY, "end": None,
         "coupon": {"id": "c3", "percent_off": 50, "amount_off": None, "duration": "forever"}},
    ]  # fmt: skip


@st.composite
def razorpay(draw: st.DrawFn) -> list[Json]:
    """One or two subscriptions: copies of the entity, in half of the stories webhooks too."""
    start = draw(st.sampled_from(DAYS))
    has_webhooks = draw(st.booleans())
    records = []
    for _ in range(draw(st.integers(1, 5))):
        sub = draw(_razorpay_subscription(start, draw(st.sampled_from((1, 1, 1, 2)))))
        if has_webhooks and draw(st.booleans()):
            name = draw(st.sampled_from(("authenticated", "activated", "charged", "pending", "halted", "cancelled")))
            sub = {"entity": "event", "account_id": "acc_00000000000000", "event": f"subscription.{name}",
                   "contains": ["subscription"], "payload": {"subscription": {"entity": sub}},
                   "created_at": start + draw(st.sampled_from(LATER))}  # fmt: skip
        records.append(sub)
    return records


@st.composite
def _razorpay_subscription(draw: st.DrawFn, start: int, number: int) -> Json:
    instants = st.sampled_from([start + later for later in LATER])
    created = start + (number - 1) * DAY
    return {
        "id": f"sub_{number}@",
        "entity": "subscription",
        "plan_id": draw(st.sampled_from(sorted(PLANS))),
        "customer_id": "cust_0@",
        "status": draw(st.sampled_from(ORDER)),
        "quantity": draw(st.sampled_from((1, 2))),
        "offer_id": draw(st.sampled_from((None, None, "offer_1"))),
        "start_at": draw(st.none() | instants),
        "current_start": draw(st.none() | instants),
        "ended_at": draw(st.none() | instants),
        "paused_at": draw(st.none() | instants),
        "created_at": created,
    }
