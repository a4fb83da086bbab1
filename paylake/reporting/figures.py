"""The one door between reports and gold: typed queries, so that everything behind it works without a server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from paylake.errors import PaylakeError
from paylake.kernel.binding import bind
from paylake.reporting.money import next_month
from paylake.session import as_paylake_error

Query = Callable[..., pd.DataFrame]
"""Runs one statement; keyword arguments are the values of its `:names`."""

KINDS = ("new", "expansion", "reactivation", "resumed", "contraction", "paused", "churn")
"""Movements in the order of the bridge; each is a column `<kind>_minor`, signed, of the monthly table."""

AS_OF = "select provider, as_of_at from gold_revenue.rpt_data_as_of where as_of_at is not null"
EXPECTED = """
    select provider, export, first_day, last_day, due_at, landed_at is not null as has_landed
    from gold_delivery.rpt_expected_files
"""
MRR = """
    select
        month_date, currency, opening_minor, new_minor, expansion_minor, reactivation_minor, resumed_minor,
        contraction_minor, paused_minor, churn_minor, closing_minor, mrr_at_risk_minor, customers
    from gold_revenue.rpt_mrr_monthly
    where variant = :variant and month_date <= :until
"""
CHANGES = """
    select customer_key, movement, currency, amount_minor, moved_at
    from gold_revenue.fct_mrr_movements
    where variant = :variant and month_date = :month
"""
PAYOUTS = """
    select provider, payout_id, currency, amount_minor, unexplained_minor, is_tied
    from gold_payment_health.rpt_payout_reconciliation
    where
        coalesce(arrives_date, initiated_date) is null
        or (coalesce(arrives_date, initiated_date) >= :first and coalesce(arrives_date, initiated_date) < :after)
"""
PUBLISHED = """
    select month_date, currency, closing_minor, dbt_valid_from, dbt_valid_to
    from snapshots.snap_published__mrr_monthly
    where variant = :variant and month_date <= :until
"""
TABLE = re.compile(r"from ((?:gold_\w+|snapshots)\.\w+)")


@dataclass(frozen=True)
class MrrMonth:
    """One currency's bridge in one month; movements are signed and add up to the change."""

    month: date
    currency: str
    opening_minor: int
    movements: dict[str, int]
    closing_minor: int
    at_risk_minor: int
    customers: int

    @property
    def unexplained_minor(self) -> int:
        """What the bridge does not explain; zero unless gold is wrong."""
        return self.closing_minor - self.opening_minor - sum(self.movements.values())


@dataclass(frozen=True)
class Change:
    """One customer's movement in the month."""

    customer_key: str
    kind: str
    currency: str
    amount_minor: int
    moved_on: date


@dataclass(frozen=True)
class Payout:
    """One payout, and what its balance movements leave unexplained."""

    provider: str
    payout_id: str
    currency: str
    amount_minor: int
    unexplained_minor: int
    is_tied: bool


@dataclass(frozen=True)
class Published:
    """One version of a published closing figure."""

    month: date
    currency: str
    closing_minor: int
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True)
class AsOf:
    """Until when one provider's data has arrived."""

    provider: str
    at: datetime


@dataclass(frozen=True)
class ExpectedFile:
    """One file that a calendar expects: of which days, until when, and whether it has landed."""

    provider: str
    export: str
    first_day: date
    last_day: date
    due_at: datetime
    has_landed: bool


def spark_query(spark: Any) -> Query:
    """Runs SQL on the shared server; failures come back readable."""

    def query(sql: str, **values: Any) -> pd.DataFrame:
        try:
            frame: pd.DataFrame = spark.sql(bind(sql, values)).toPandas()
        except Exception as error:  # noqa: BLE001 - whatever the client raises becomes one readable error
            raise explain(error, sql) from None
        return frame

    return query


def explain(error: BaseException, sql: str) -> PaylakeError:
    """The client's error in our words; a table or column that gold lacks says to build it."""
    text, table = str(error), TABLE.search(sql)
    for sign, lack in (
        ("TABLE_OR_VIEW_NOT_FOUND", "does not exist"),
        ("SCHEMA_NOT_FOUND", "does not exist"),
        ("UNRESOLVED_COLUMN", "lacks a column that the report reads"),
    ):
        if sign in text:
            return PaylakeError(
                f"{table[1] if table else 'A table'} {lack}.", "Run `dbt build`, then the report again."
            )
    return as_paylake_error(error)


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


def _instant(value: Any) -> datetime:
    stamp = pd.Timestamp(value)
    return (stamp.tz_localize(UTC) if stamp.tzinfo is None else stamp.tz_convert(UTC)).to_pydatetime()


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


def _rows(frame: pd.DataFrame) -> Iterable[dict[str, Any]]:
    return ({str(k): v for k, v in row.items()} for row in frame.to_dict("records"))


def as_of(query: Query) -> list[AsOf]:
    """How far each provider's data reaches, the one furthest behind first."""
    found = [AsOf(r["provider"], _instant(r["as_of_at"])) for r in _rows(query(AS_OF))]
    return sorted(found, key=lambda row: (row.at, row.provider))


def expected_files(query: Query) -> list[ExpectedFile]:
    """The files that the calendars expect, by provider, export and period; none without a calendar."""
    found = [
        ExpectedFile(
            provider=r["provider"],
            export=r["export"],
            first_day=_day(r["first_day"]),
            last_day=_day(r["last_day"]),
            due_at=_instant(r["due_at"]),
            has_landed=bool(r["has_landed"]),
        )
        for r in _rows(query(EXPECTED))
    ]
    return sorted(found, key=lambda row: (row.provider, row.export, row.first_day))


def mrr_months(query: Query, variant: str, until: date) -> list[MrrMonth]:
    """The bridges of every month up to and including `until`."""
    found = [
        MrrMonth(
            month=_day(r["month_date"]),
            currency=r["currency"],
            opening_minor=_whole(r["opening_minor"]),
            movements={kind: _whole(r[f"{kind}_minor"]) for kind in KINDS},
            closing_minor=_whole(r["closing_minor"]),
            at_risk_minor=_whole(r["mrr_at_risk_minor"]),
            customers=_whole(r["customers"]),
        )
        for r in _rows(query(MRR, variant=variant, until=until))
    ]
    return sorted(found, key=lambda row: (row.month, row.currency))


def changes(query: Query, variant: str, month: date) -> list[Change]:
    """Every customer's movements in the month, the largest of each currency first."""
    found = [
        Change(str(r["customer_key"]), r["movement"], r["currency"], _whole(r["amount_minor"]), _day(r["moved_at"]))
        for r in _rows(query(CHANGES, variant=variant, month=month))
    ]
    return sorted(
        found, key=lambda row: (row.currency, -abs(row.amount_minor), row.customer_key, row.kind, row.moved_on)
    )


def payouts(query: Query, month: date) -> list[Payout]:
    """The payouts that arrived in the month, those that do not tie first.

    Movements that name a payout which no export holds have no date: they are in every month, until it is landed.
    """
    found = [
        Payout(
            provider=r["provider"],
            payout_id=str(r["payout_id"]),
            currency=r["currency"],
            amount_minor=_whole(r["amount_minor"]),
            unexplained_minor=_whole(r["unexplained_minor"]),
            is_tied=bool(r["is_tied"]),
        )
        for r in _rows(query(PAYOUTS, first=month, after=next_month(month)))
    ]
    return sorted(found, key=lambda row: (row.is_tied, -abs(row.unexplained_minor), row.provider, row.payout_id))


def published(query: Query, variant: str, until: date) -> list[Published]:
    """Every published version of the months up to `until`."""
    found = [
        Published(
            month=_day(r["month_date"]),
            currency=r["currency"],
            closing_minor=_whole(r["closing_minor"]),
            valid_from=_instant(r["dbt_valid_from"]),
            valid_to=None if pd.isna(r["dbt_valid_to"]) else _instant(r["dbt_valid_to"]),
        )
        for r in _rows(query(PUBLISHED, variant=variant, until=until))
    ]
    return sorted(found, key=lambda row: (row.month, row.currency, row.valid_from))
