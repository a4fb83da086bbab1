"""The SQL of revenue schedules against the oracle: hundreds of random lines, every method, one query each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from oracle.lines import EXAMPLES, random_lines
from oracle.revenue import Line, schedule

from paylake import sail
from paylake.settings import Settings

STEPS = ("int_revenue__obligations", "int_revenue__reductions", "fct_revenue_schedules")
INSTANT = pa.timestamp("us", "UTC")
TEXT, AMOUNT = pa.string(), pa.int64()
TABLES = {
    "invoice_lines": {
        "provider": TEXT, "source_account_id": TEXT, "invoice_line_id": TEXT, "invoice_id": TEXT, "price_id": TEXT,
        "kind": TEXT, "currency": TEXT, "amount_minor": AMOUNT, "service_from": INSTANT, "service_to": INSTANT,
    },
    "invoices": {
        "provider": TEXT, "invoice_id": TEXT, "subscription_id": TEXT, "customer_id": TEXT, "customer_key": TEXT,
        "status": TEXT, "total_minor": AMOUNT, "issued_at": INSTANT, "paid_at": INSTANT, "voided_at": INSTANT,
        "uncollectible_at": INSTANT,
    },
    "credit_notes": {
        "provider": TEXT, "invoice_id": TEXT, "total_minor": AMOUNT,
        "lines": pa.list_(pa.struct({"invoice_line_id": TEXT, "amount_minor": AMOUNT, "tax_minor": AMOUNT})),
        "refund_ids": pa.list_(TEXT), "issued_at": INSTANT, "voided_at": INSTANT,
    },
    "refunds": {
        "provider": TEXT, "refund_id": TEXT, "attempt_id": TEXT, "amount_minor": AMOUNT, "status": TEXT,
        "created_at": INSTANT,
    },
    "payment_attempts": {"provider": TEXT, "attempt_id": TEXT, "invoice_id": TEXT},
}  # fmt: skip
CASES = [
    ("by_time", "UTC", "accrue"),
    ("by_day", "America/New_York", "accrue"),
    ("even_months", "Asia/Tokyo", "catch_up"),
    ("even_months_prorated", "America/New_York", "accrue"),
]


def rendered(project: Path, model: str, variables: dict[str, Any]) -> str:
    """A model's SQL as dbt would compile it, reading views named as the models are."""
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - it renders SQL
    environment.globals.update(
        var=variables.get, ref=lambda name: f"revenue_{name}", config=lambda **_: "", execute=True, exceptions=None
    )

    def macro(path: Path) -> Any:
        return lambda *given: getattr(environment.from_string(path.read_text()).module, path.stem)(*given)

    for room in ("revenue", "intervals", "money"):
        environment.globals.update({path.stem: macro(path) for path in (project / "macros" / room).glob("*.sql")})
    return environment.from_string((project / f"models/gold/revenue/{model}.sql").read_text()).render()


def rows_of(line: Line) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """A line as silver would show it, on an invoice of its own."""
    us, paid, lost = ("stripe", line.name), line.recovered_at, line.lost_at
    status = "void" if line.voided_at else "paid" if paid else "uncollectible" if lost else "open"
    service = line.service or (None, None)
    yield "invoice_lines", ("stripe", "acct", line.name, line.name, "price", "usage", "USD", line.amount, *service)
    yield (
        "invoices",
        (*us, "sub", "cus", "key", status, line.invoice, line.issued_at, paid, line.voided_at, lost),
    )
    yield "payment_attempts", (*us, line.name)
    for number, (at, amount) in enumerate(line.credits):
        part = {"invoice_line_id": line.name, "amount_minor": amount, "tax_minor": 0}
        yield "credit_notes", (*us, amount, [part], [f"{line.name}-noted-{number}"], at, None)
        yield "refunds", ("stripe", f"{line.name}-noted-{number}", line.name, amount, "succeeded", at)
    for at, amount in line.invoice_credits:
        yield "credit_notes", (*us, amount, [], [], at, None)
    for number, (at, amount) in enumerate(line.refunds):
        yield "refunds", ("stripe", f"{line.name}-{number}", line.name, amount, "succeeded", at)


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return [*EXAMPLES, *random_lines(seed=20261122, count=250)]


@pytest.fixture(scope="module")
def session(lane: Settings, lines: list[Line], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Sail, with the random lines as silver's tables."""
    folder, session = tmp_path_factory.mktemp("revenue"), sail.get_session(lane)
    tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    for table, row in (row for line in lines for row in rows_of(line)):
        tables[table].append(row)
    for name, rows in tables.items():
        named = [dict(zip(TABLES[name], row, strict=True)) for row in rows]
        pq.write_table(pa.Table.from_pylist(named, pa.schema(TABLES[name])), folder / f"{name}.parquet")
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(f"revenue_{name}")
    return session


@pytest.mark.parametrize(("method", "zone", "before_billing"), CASES, ids=[case[0] for case in CASES])
def test_schedules_are_the_oracles(
    project: Path, session: Any, lines: list[Line], method: str, zone: str, before_billing: str
) -> None:
    variables = {
        "revenue_method": method, "reporting_time_zone": zone, "revenue_before_billing": before_billing,
        "refunds_reduce_revenue": True,
    }  # fmt: skip
    for step in STEPS:
        frame = session.sql(rendered(project, step, variables))
        frame.createOrReplaceTempView(f"revenue_{step}")
    expected = {
        (line.name, month): row
        for line in lines
        for month, row in schedule(line, method, ZoneInfo(zone), before_billing == "catch_up").items()
    }
    names = next(iter(expected.values()))
    found = {
        (row["invoice_line_id"], row["month_date"]): {name: row[name] for name in names}
        for row in frame.toArrow().to_pylist()
    }
    different = {key: (found.get(key), expected.get(key)) for key in found.keys() | expected.keys()}
    different = {key: pair for key, pair in different.items() if pair[0] != pair[1]}

    assert different == {}
