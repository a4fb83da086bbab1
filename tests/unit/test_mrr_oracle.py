"""The oracle that judges gold is judged here: cases worked out by hand, identities that hold for any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.histories import random_history
from oracle.mrr import KINDS, OPEN_END, VARIANTS, Discount, State, item_mrr, monthly, movements, total

JANUARY = datetime(2025, 1, 1, tzinfo=UTC)
AS_OF = datetime(2025, 6, 20, 12, tzinfo=UTC)


def state(amount: int, interval: str = "month", count: int = 1, status: str = "active", *discounts: Discount) -> State:
    return State("si", "sub", "cus", "USD", amount, interval, count, status, discounts, None, None, JANUARY, OPEN_END)


def discount(duration: str, ends_at: datetime, percent: int | None = None, amount: int | None = None) -> Discount:
    return Discount("di", percent, amount, duration, JANUARY, ends_at, is_of_item=False)


@pytest.mark.parametrize(
    ("given_state", "expected"),
    [
        (state(28000, "year"), (2333, 2333, 2333)),
        (state(500, "week"), (2167, 2167, 2167)),
        (state(100, "day"), (3042, 3042, 3042)),
        (state(13900, "month", 3), (4633, 4633, 4633)),
        (state(1900, "month", 1, "trialing"), (0, 0, 0)),
        (state(1900, "month", 1, "past_due"), (1900, 1900, 1900)),
        (
            state(1386000, "year", 1, "active", discount("once", JANUARY + timedelta(365), amount=107800)),
            (115500, 115500, 106517),
        ),
        (state(500, "month", 1, "active", discount("forever", OPEN_END, amount=700)), (500, 0, 0)),
        (state(1900, "month", 1, "active", discount("forever", OPEN_END, percent=1250)), (1900, 1663, 1663)),
    ],
)
def test_an_item_by_hand(given_state: State, expected: tuple[int, int, int]) -> None:
    found = [item_mrr({given_state}, variant, JANUARY)["si"] for variant in VARIANTS]

    assert tuple(found) == expected


def test_a_once_coupon_lowers_a_monthly_plan_for_its_month_only() -> None:
    history = [state(5000, "month", 1, "active", discount("once", datetime(2025, 2, 1, tzinfo=UTC), amount=1000))]

    assert [total(history, "strict", JANUARY + timedelta(days)) for days in (0, 30, 31)] == [4000, 4000, 5000]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, derandomize=True)
def test_bridges_close_and_follow_each_other(seed: int) -> None:
    rows = monthly(random_history(seed, customers=3), AS_OF)

    for (month, currency, variant), row in rows.items():
        assert row["opening_minor"] + sum(row[f"{kind}_minor"] for kind in KINDS) == row["closing_minor"]
        later = [key for key in rows if key[1:] == (currency, variant) and key[0] > month]
        if later:
            assert rows[min(later)]["opening_minor"] == row["closing_minor"]


@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 100))
@settings(max_examples=15, derandomize=True)
def test_order_and_repetition_of_rows_do_not_matter(seed: int, shuffle: int) -> None:
    history = random_history(seed, customers=2)
    mixed = history + history[: len(history) // 2]
    Random(shuffle).shuffle(mixed)

    assert movements(mixed, AS_OF) == movements(history, AS_OF)


def test_random_histories_reach_every_movement() -> None:
    kinds = {one.movement for one in movements(random_history(1, customers=60), AS_OF)}

    assert kinds == set(KINDS)
