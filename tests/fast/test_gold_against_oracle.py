"""The compiled SQL of gold against the oracle, on hundreds of random customers in one batch of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dbt.cli.main import dbtRunner
from oracle.histories import random_history
from oracle.mrr import VARIANTS, State, by_subscription, instants, item_mrr, monthly, movements

from paylake import sail
from paylake.settings import Settings

AS_OF = datetime(2025, 6, 20, 12, tzinfo=UTC)
MODELS = ("fct_mrr_intervals", "fct_mrr_movements", "rpt_mrr_monthly")
INSTANT = pa.timestamp("us", "UTC")
DISCOUNT = {
    "kind": pa.string(), "percent_off": pa.decimal128(9, 4), "amount_off_minor": pa.int64(), "duration": pa.string(),
    "starts_at": INSTANT, "ends_at": INSTANT, "discount_id": pa.string(), "is_of_item": pa.bool_(),
}  # fmt: skip
HISTORY = {
    "provider": pa.string(), "source_account_id": pa.string(), "subscription_item_id": pa.string(),
    "subscription_id": pa.string(), "customer_id": pa.string(), "customer_key": pa.string(), "price_id": pa.string(),
    "currency": pa.string(), "quantity": pa.int64(), "amount_minor": pa.int64(), "interval": pa.string(),
    "interval_count": pa.int32(), "status": pa.string(), "discounts": pa.list_(pa.struct(DISCOUNT)),
    "trial_ends_at": INSTANT, "end_reason": pa.string(), "valid_from": INSTANT, "valid_to": INSTANT,
}  # fmt: skip


def as_row(state: State) -> dict[str, Any]:
    discounts = [
        {
            "kind": "percent" if one.percent else "amount",
            "percent_off": Decimal(one.percent) / 100 if one.percent else None,
            "amount_off_minor": one.amount,
            "duration": one.duration,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "discount_id": one.discount_id,
            "is_of_item": one.is_of_item,
        }
        for one in sorted(state.discounts, key=lambda d: (d.starts_at, d.discount_id))
    ]
    values = (
        "stripe", "acct", state.item, state.subscription, state.customer, state.customer, "price", state.currency, 1,
        state.amount, state.interval, state.interval_count, state.status, discounts, state.trial_ends_at,
        state.end_reason, state.valid_from, state.valid_to,
    )  # fmt: skip
    return dict(zip(HISTORY, values, strict=True))


@pytest.fixture(scope="module")
def history() -> list[State]:
    return random_history(seed=20261121, customers=120)


@pytest.fixture(scope="module")
def gold(
    lane: Settings, history: list[State], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], list[dict[str, Any]]]:
    """Rows of a query on gold as its own SQL makes it from the random history."""
    folder = tmp_path_factory.mktemp("oracle")
    where = ["--project-dir", str(lane.project), "--profiles-dir", str(lane.project)]
    where += ["--target-path", str(folder), "--log-path", str(folder)]
    done = dbtRunner().invoke(
        ["compile", "--quiet", "--no-populate-cache", "--target", "fast", "--select", *MODELS, *where]
    )
    assert done.success, done.exception
    session = sail.get_session(lane)

    def keep(name: str, rows: pa.Table) -> None:
        pq.write_table(rows, folder / f"{name}.parquet")
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(f"oracle_{name}")

    keep("subscription_item_history", pa.Table.from_pylist([as_row(state) for state in history], pa.schema(HISTORY)))
    at = pa.array([AS_OF], INSTANT)
    keep("rpt_data_as_of", pa.table({"provider": ["stripe"], "billing_as_of_at": at, "as_of_at": at}))
    for model in MODELS:
        compiled = (folder / f"compiled/paylake/models/gold/revenue/{model}.sql").read_text()
        keep(model, session.sql(re.sub(r"\b(?:silver|gold)_\w+\.(\w+)", r"oracle_\1", compiled)).toArrow())
    return lambda sql: session.sql(sql).toArrow().to_pylist()


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
