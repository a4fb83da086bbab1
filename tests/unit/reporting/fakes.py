"""Gold by hand: small frames in the shape of the models' contract, for tests that need no server."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

from paylake.reporting import figures
from paylake.reporting.money import next_month

KINDS = figures.KINDS
MOVES = {
    "USD": {
        "new": 120_000,
        "expansion": 45_000,
        "reactivation": 9_900,
        "contraction": -22_000,
        "paused": -4_900,
        "churn": -87_500,
    },
    "EUR": {"new": 42_000, "resumed": 3_000, "churn": -12_345},
    "JPY": {"new": 12_000, "churn": -3_000},
}
START = {"USD": 400_000, "EUR": 250_000, "JPY": 60_000}
CUSTOMERS = {"USD": 212, "EUR": 88, "JPY": 14}
AS_OF = datetime(2026, 10, 2, 6, 30)
DUE = datetime(2026, 10, 2, 12)


def mrr_monthly(first: date = date(2025, 6, 1), months: int = 17) -> pd.DataFrame:
    """Bridges that close, month after month; the last month is not complete."""
    rows = []
    for currency, moves in MOVES.items():
        at, month = START[currency], first
        for number in range(months):
            scaled = {kind: moves.get(kind, 0) * (3 + number % 3) // 5 for kind in KINDS}
            closing = at + sum(scaled.values())
            for variant in ("contract", "net", "strict"):
                rows.append(
                    {
                        "month_date": month,
                        "currency": currency,
                        "variant": variant,
                        "opening_minor": at,
                        "closing_minor": closing,
                        "mrr_at_risk_minor": closing // 50,
                        "customers": CUSTOMERS[currency],
                        "is_complete": number < months - 1,
                    }
                    | {f"{kind}_minor": amount for kind, amount in scaled.items()}
                )
            at, month = closing, next_month(month)
    return pd.DataFrame(rows)


def movements(month: date = date(2026, 9, 1)) -> pd.DataFrame:
    """Customers' movements of one month."""
    rows = [
        {
            "customer_key": f"{currency.lower()}{number:02d}c0ffee4d5e6f",
            "movement": kind,
            "currency": currency,
            "variant": variant,
            "amount_minor": amount // (number + 1),
            "month_date": month,
            "moved_at": datetime(month.year, month.month, 3 + number),
        }
        for currency, moves in MOVES.items()
        for number, (kind, amount) in enumerate(moves.items())
        for variant in ("contract", "net", "strict")
    ]
    return pd.DataFrame(rows)


def as_of() -> pd.DataFrame:
    """Two providers, one a little behind."""
    return pd.DataFrame(
        [{"provider": "stripe", "as_of_at": AS_OF}, {"provider": "adyen", "as_of_at": datetime(2026, 10, 2, 9, 0)}]
    )


def payouts(untied: int = 0) -> pd.DataFrame:
    """September's payouts; the first `untied` do not equal their movements."""
    rows = [
        {
            "provider": "stripe",
            "payout_id": f"po_{number:03d}",
            "currency": "EUR" if number % 3 == 0 else "USD",
            "amount_minor": 100_000 + number,
            "unexplained_minor": 1_250 if number < untied else 0,
            "is_tied": number >= untied,
            "arrives_date": date(2026, 9, 1 + number),
            "initiated_at": datetime(2026, 9, 1),
        }
        for number in range(14)
    ]
    return pd.DataFrame(rows)


def published(restated: bool = True) -> pd.DataFrame:
    """Published versions: every month as it is now, and July as it was before a late refund of history."""
    current = mrr_monthly()
    rows = current[["month_date", "currency", "variant", "closing_minor"]].to_dict("records")
    found: list[dict[str, Any]] = []
    for row in rows:
        late = restated and row["month_date"] == date(2026, 7, 1) and row["currency"] == "USD"
        if late:
            found.append(
                row
                | {
                    "closing_minor": row["closing_minor"] + 5_000,
                    "dbt_valid_from": datetime(2026, 8, 2),
                    "dbt_valid_to": datetime(2026, 10, 2),
                }
            )
        found.append(
            row | {"dbt_valid_from": datetime(2026, 10, 2) if late else datetime(2026, 8, 2), "dbt_valid_to": None}
        )
    return pd.DataFrame(found).astype({"dbt_valid_from": "datetime64[ns]", "dbt_valid_to": "datetime64[ns]"})


def expected() -> pd.DataFrame:
    """September's file of one export, which landed, and October's, which is awaited."""
    told = {"provider": "stripe", "export": "payout_reconciliation"}
    return pd.DataFrame(
        [
            told | {"first_day": date(2026, 9, 1), "last_day": date(2026, 9, 30), "due_at": DUE, "has_landed": True},
            told | {"first_day": date(2026, 10, 1), "last_day": date(2026, 10, 31), "due_at": DUE, "has_landed": False},
        ]
    )


TABLES = {
    "gold_revenue.rpt_mrr_monthly": "mrr",
    "gold_revenue.fct_mrr_movements": "movements",
    "gold_revenue.rpt_data_as_of": "as_of",
    "gold_delivery.rpt_expected_files": "expected",
    "gold_payment_health.rpt_payout_reconciliation": "payouts",
    "snapshots.snap_published__mrr_monthly": "published",
}


def tables(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All of gold that reports read, by the tables' names."""
    made = {"mrr": mrr_monthly, "movements": movements, "as_of": as_of, "payouts": payouts, "published": published}
    made["expected"] = expected
    return {table: changed[name] if name in changed else made[name]() for table, name in TABLES.items()}


def query(**changed: pd.DataFrame) -> figures.Query:
    """Answers the queries of paylake.reporting.figures from frames, with the filters that their SQL has."""
    frames = tables(**changed)

    def answer(sql: str, **values: Any) -> pd.DataFrame:
        table = figures.TABLE.search(sql)
        assert table, sql
        frame = frames[table[1]]
        for name, column in (("variant", "variant"), ("month", "month_date")):
            frame = frame[frame[column] == values[name]] if name in values else frame
        return frame[frame.month_date <= values["until"]] if "until" in values else frame

    return answer
