"""The compiled SQL of gold against the oracle, on hundreds of random customers in one batch of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from oracle.histories import random_history
from oracle.mrr import VARIANTS, State, by_subscription, instants, item_mrr, monthly, movements

AS_OF = datetime(2025, 6, 20, 12, tzinfo=UTC)
MODELS = ("fct_mrr_intervals", "fct_mrr_movements", "rpt_mrr_monthly")
DISCOUNTS = (
    "array<struct<kind:string,percent_off:decimal(9,4),amount_off_minor:bigint,duration:string,starts_at:timestamp,"
    "ends_at:timestamp,discount_id:string,is_of_item:boolean>>"
)
HISTORY = (
    "provider string, source_account_id string, subscription_item_id string, subscription_id string, "
    "customer_id string, customer_key string, price_id string, currency string, quantity bigint, "
    "amount_minor bigint, `interval` string, interval_count int, status string, "
    f"discounts {DISCOUNTS}, trial_ends_at timestamp, end_reason string, "
    "valid_from timestamp, valid_to timestamp"
)


def as_row(state: State) -> tuple[Any, ...]:
    discounts = [
        (
            "percent" if one.percent else "amount", Decimal(one.percent) / 100 if one.percent else None, one.amount,
            one.duration, one.starts_at, one.ends_at, one.discount_id, one.is_of_item,
        )
        for one in sorted(state.discounts, key=lambda d: (d.starts_at, d.discount_id))
    ]  # fmt: skip
    return (
        "stripe", "acct", state.item, state.subscription, state.customer, state.customer, "price", state.currency, 1,
        state.amount, state.interval, state.interval_count, state.status, discounts, state.trial_ends_at,
        state.end_reason, state.valid_from, state.valid_to,
    )  # fmt: skip


@pytest.fixture(scope="module")
def history() -> list[State]:
    return random_history(seed=20261121, customers=120)


@pytest.fixture(scope="module")
def gold(lakes: Any, history: list[State]) -> Callable[[str], list[dict[str, Any]]]:
    """Rows of a query on gold as its own SQL makes it from the random history."""
    lake = lakes.empty()
    lake.run_dbt("compile", "--select", *MODELS)
    compiled = lake.settings.lake_path / "target" / "compiled" / "paylake" / "models" / "gold" / "revenue"
    lake.spark.createDataFrame([as_row(state) for state in history], HISTORY).createOrReplaceTempView(
        "oracle_subscription_item_history"
    )
    lake.spark.sql(f"select 'stripe' as provider, timestamp '{AS_OF:%F %T}' as as_of_at").createOrReplaceTempView(
        "oracle_rpt_data_as_of"
    )
    for model in MODELS:
        sql = re.sub(r"\b(?:silver|gold)_\w+\.(\w+)", r"oracle_\1", (compiled / f"{model}.sql").read_text())
        frame = lake.spark.sql(sql)
        rows = frame.collect()
        lake.spark.createDataFrame(rows, frame.schema).createOrReplaceTempView(f"oracle_{model}")
    return lambda sql: [row.asDict() for row in lake.query(sql)]


def utc(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def test_intervals_hold_the_mrr_of_every_item_at_every_instant(
    history: list[State], gold: Callable[[str], list[dict[str, Any]]]
) -> None:
    found = {
        (row["subscription_item_id"], row["variant"], utc(row["valid_from"])): row["mrr_minor"]
        for row in gold("select * from oracle_fct_mrr_intervals")
    }
    expected = {}
    for states in by_subscription(history).values():
        for at in instants(states, datetime(9999, 1, 1, tzinfo=UTC)):
            for variant in VARIANTS:
                for item, mrr in item_mrr(states, variant, at).items():
                    expected[item, variant, at] = mrr

    assert found == expected


def test_movements_are_the_oracles(history: list[State], gold: Callable[[str], list[dict[str, Any]]]) -> None:
    found = {
        (
            row["customer_key"], row["currency"], row["variant"], utc(row["moved_at"]), row["movement"],
            row["opening_minor"], row["closing_minor"], row["gap_days"], row["end_reason"], row["is_new_and_churned"],
        )
        for row in gold("select * from oracle_fct_mrr_movements")
    }  # fmt: skip
    expected = {tuple(vars(one).values()) for one in movements(history, AS_OF)}

    assert found - expected == set()
    assert expected - found == set()


def test_months_are_the_oracles(history: list[State], gold: Callable[[str], list[dict[str, Any]]]) -> None:
    expected = monthly(history, AS_OF)
    names = next(iter(expected.values())).keys()
    found = {
        (row["month_date"], row["currency"], row["variant"]): {name: row[name] for name in names}
        for row in gold("select * from oracle_rpt_mrr_monthly")
    }

    assert found == expected
