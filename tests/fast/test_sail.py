"""The scratch warehouse: every build's rows are the table's only rows, and nothing needs the server's memory."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from paylake import sail
from paylake.errors import ServerNotRunning, SessionEnded
from paylake.session import as_paylake_error
from paylake.settings import Settings

TABLE = ("gold_test", "figures")


@pytest.fixture
def session(lane: Settings) -> Any:
    session = sail.get_session(lane)
    session.sql("create schema if not exists gold_test").collect()
    yield session
    sail.get_session(lane).sql("drop table if exists gold_test.figures")
    sail.discard(lane, *TABLE)


def build(session: Any, settings: Settings, select: str) -> Path:
    """What the adapter does for one table."""
    folder = sail.new_generation(settings, *TABLE)
    session.sql("drop table if exists gold_test.figures__building").collect()
    session.sql(
        f"create table gold_test.figures__building using delta location '{sail.quoted(folder)}' as {select}"
    ).collect()
    sail.adopt(session, settings, *TABLE, folder)
    session.sql("drop table if exists gold_test.figures__building").collect()
    return folder


def figures(session: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = session.table("gold_test.figures").toArrow().to_pylist()
    return rows


def test_a_table_built_three_times_has_its_rows_once(session: Any, lane: Settings) -> None:
    for _ in range(3):
        folder = build(session, lane, "select 1 as a")
    assert figures(session) == [{"a": 1}]
    assert list(folder.parent.iterdir()) == [folder], "earlier builds' files are gone"


def test_a_dropped_table_leaves_no_rows_to_the_next_of_its_name(session: Any, lane: Settings) -> None:
    folder = build(session, lane, "select 1 as a")
    session.sql("drop table gold_test.figures").collect()
    assert folder.is_dir(), "this is why: Sail's drop keeps the rows"
    sail.discard(lane, *TABLE)
    build(session, lane, "select 2 as a")
    assert figures(session) == [{"a": 2}]


def test_columns_may_change(session: Any, lane: Settings) -> None:
    build(session, lane, "select 1 as a, 'x' as b")
    build(session, lane, "select cast(1 as bigint) as a, 2 as c")
    assert figures(session) == [{"a": 1, "c": 2}]


def test_a_failed_build_leaves_the_table_as_it_was(session: Any, lane: Settings) -> None:
    build(session, lane, "select 1 as a")
    with pytest.raises(Exception, match="divide by zero"):
        build(session, lane, "select 1 div 0 as a")
    assert figures(session) == [{"a": 1}]
    build(session, lane, "select 3 as a")
    assert figures(session) == [{"a": 3}]


def test_clients_share_the_tables_of_one_scratch_warehouse_and_of_no_other(session: Any, lane: Settings) -> None:
    build(session, lane, "select 1 as a")
    assert figures(sail.get_session(lane)) == [{"a": 1}]
    other = sail.get_session(lane.model_copy(update={"scratch": "other"}))
    assert other.sql("show databases like 'gold_test'").collect() == []


def test_a_killed_server_is_noticed_and_its_tables_are_there_after_the_next_start(session: Any, lane: Settings) -> None:
    build(session, lane, "select 1 as a")
    (sail.new_generation(lane, *TABLE) / "_delta_log").mkdir(parents=True)
    pid = sail.look(lane).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=30)
    with pytest.raises(Exception) as lost:  # noqa: PT011 - the client raises what it likes
        figures(session)
    assert "paylake up --engine sail" in str(as_paylake_error(lost.value, "Sail"))
    with pytest.raises(ServerNotRunning, match="Sail server is crashed"):
        sail.get_session(lane)
    sail.up(lane)
    assert figures(sail.get_session(lane)) == [{"a": 1}], "and a build that was cut off counts for nothing"


def test_a_session_that_another_client_ended_is_replaced(session: Any, lane: Settings) -> None:
    build(session, lane, "select 1 as a")
    sail.get_session(lane).stop()
    with pytest.raises(Exception, match="is not running") as ended:
        figures(session)
    assert isinstance(as_paylake_error(ended.value, "Sail"), SessionEnded)
    assert figures(sail.get_session(lane)) == [{"a": 1}]


def test_it_listens_on_loopback_only(lane: Settings) -> None:
    process = psutil.Process(sail.look(lane).pid)
    assert {c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_a_second_up_finds_the_first(lane: Settings) -> None:
    assert sail.up(lane).pid == sail.look(lane).pid
