"""The fast lane beside the lake: the same tables from the same bronze, and nothing of the lake's touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paylake import sail
from paylake.parity import compare
from paylake.settings import Settings
from tests.conftest import FAST, Lakes
from tests.engines import KNOWN, REFUSED, Difference, differences

GOLD = (
    "gold_revenue.rpt_mrr_monthly",
    "gold_revenue.fct_mrr_movements",
    "gold_payment_health.rpt_payout_reconciliation",
)


def fast_build(settings: Settings, *options: str) -> subprocess.Popen[str]:
    """A plain `dbt build --target fast` of everything, in a process of its own."""
    target = str(settings.lake_path / "fast_target")
    line = [str(Path(sys.executable).with_name("dbt")), "build", *FAST, "--target-path", target, *options]
    return subprocess.Popen(line, cwd=settings.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def unequal(settings: Settings, *tables: str) -> dict[str, str]:
    return {found.table: found.difference for found in compare(settings, tables) if not found.is_equal}


def test_both_engines_build_equal_tables_at_the_same_time(lakes: Lakes, fast_lane: Settings) -> None:
    """Three merchants here, the demo's in `.ci/run`. Unit tests and data tests pass on the fast lane, too."""
    lake = lakes.built()
    before = lake.figures()
    process = fast_build(fast_lane, "--full-refresh")
    lake.run_dbt("run", "--full-refresh", "--select", "gold", results="at_the_same_time")
    output = process.communicate(timeout=300)[0]
    assert process.returncode == 0, output
    assert lake.figures() == before
    compared = list(compare(fast_lane))
    assert {found.table: found.difference for found in compared if not found.is_equal} == {}
    assert len(compared) >= 33


def test_killing_sail_in_mid_build_loses_nothing(lakes: Lakes, fast_lane: Settings) -> None:
    lake = lakes.built()
    before = lake.figures()
    process = fast_build(fast_lane, "--resource-type", "model", "--full-refresh")
    assert process.stdout is not None
    for line in process.stdout:
        if "OK created" in line:
            break
    pid = sail.look(fast_lane).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    output = process.communicate(timeout=120)[0]
    assert process.returncode != 0
    assert "paylake up --engine sail" in output
    assert sail.look(fast_lane).state == "crashed"
    assert lake.figures() == before
    sail.up(fast_lane)
    assert unequal(fast_lane, *GOLD) == {}, "a table keeps what its last whole build left"
    again = fast_build(fast_lane, "--resource-type", "model")
    output = again.communicate(timeout=300)[0]
    assert again.returncode == 0, output
    assert unequal(fast_lane, *GOLD) == {}


def test_a_difference_is_found_and_shown(lakes: Lakes, fast_lane: Settings) -> None:
    lakes.built()
    session = sail.get_session(fast_lane)
    table = "gold_revenue.rpt_data_as_of"
    folder = sail.new_generation(fast_lane, *table.split("."))
    session.sql(
        f"create table gold_revenue.other using delta location '{sail.quoted(folder)}' as"
        f" select provider, as_of_at + interval 1 day as as_of_at from {table}"
    ).collect()
    session.sql("drop table gold_revenue.other").collect()
    sail.adopt(session, fast_lane, *table.split("."), folder)
    (found,) = compare(fast_lane, [table])
    assert not found.is_equal
    assert found.difference


def test_bronze_that_lands_later_is_seen_in_an_open_session(lakes: Lakes, fast_lane: Settings) -> None:
    lake = lakes.built()
    lake.spark.sql("create schema bronze_later")
    try:
        lake.spark.sql("create table bronze_later.exports as select 1 as id").collect()
        session = sail.get_session(fast_lane)
        count = "select count(*) as n from bronze_later.exports"
        assert session.sql(count).collect()[0].n == 1
        lake.spark.sql("insert into bronze_later.exports values (2), (3)").collect()
        assert session.sql(count).collect()[0].n == 3
    finally:
        lake.spark.sql("drop schema bronze_later cascade")


@pytest.fixture(scope="module")
def engines(spark: Any, fast_lane: Settings) -> dict[str, Any]:
    return {"spark": spark, "sail": sail.get_session(fast_lane)}


def first_value(session: Any, sql: str) -> str:
    try:
        table = session.sql(sql).toArrow()
    except Exception:  # noqa: BLE001 - whatever it is, the page says `error`
        return "error"
    return str(table.column(0)[0].as_py())


@pytest.mark.parametrize("row", [*differences(REFUSED), *differences(KNOWN)], ids=lambda row: row.sql)
def test_the_page_of_differences_is_true(engines: dict[str, Any], row: Difference) -> None:
    assert (first_value(engines["spark"], row.sql), first_value(engines["sail"], row.sql)) == (row.spark, row.sail)
