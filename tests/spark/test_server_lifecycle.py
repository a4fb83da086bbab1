"""A server of its own from start to kill: loopback only, private token, a crash that is noticed and healed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from paylake import server
from paylake.daemon import free_port
from paylake.errors import ServerNotRunning
from paylake.session import get_session
from paylake.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Settings]:
    lake = tmp_path_factory.mktemp("own") / "lake"
    settings = Settings(project=project, lake=lake, port=free_port(), remote=None, memory_mb=1024, cores=1)
    server.up(settings)
    yield settings
    server.down(settings)


def run(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PAYLAKE_REMOTE"}
    environment |= {"PAYLAKE_LAKE": str(settings.lake), "PAYLAKE_PORT": str(settings.port), "COLUMNS": "200"}
    arguments = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    return subprocess.run(arguments, cwd=settings.project, env=environment, capture_output=True, text=True, check=False)


def test_a_second_up_finds_the_first(settings: Settings) -> None:
    first = server.look(settings)
    assert first.state == "running"
    assert server.up(settings).pid == first.pid


def test_it_listens_on_loopback_only(settings: Settings) -> None:
    process = psutil.Process(server.look(settings).pid)
    listening = {c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}
    assert listening


def test_the_token_is_on_no_command_line_and_a_wrong_one_is_refused(settings: Settings) -> None:
    token = server.read_token(settings)
    assert token not in " ".join(psutil.Process(server.look(settings).pid).cmdline())
    stranger = settings.model_copy(update={"remote": f"sc://localhost:{settings.port}/;token=wrong"})
    with pytest.raises(ServerNotRunning, match="refused our token"):
        get_session(stranger)


def test_errors_carry_no_stack_of_the_jvm(settings: Settings) -> None:
    spark = get_session(settings)
    with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND") as caught:
        spark.sql("select * from nowhere").collect()
    assert "at org.apache.spark" not in str(caught.value)


def test_a_killed_server_is_noticed_said_by_dbt_and_healed_by_up(settings: Settings) -> None:
    pid = server.look(settings).pid
    assert pid is not None
    get_session(settings).sql("create table other_format using parquet as select 1 as one").collect()
    left = [settings.warehouse_path / name / "part-0.parquet" for name in ("seeds.db/decline_codes", "half_made")]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")
    os.kill(pid, signal.SIGKILL)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(30)
    assert server.look(settings).state == "crashed"
    status = run(settings, "paylake", "status")
    assert (status.returncode, "crashed" in status.stdout) == (4, True)
    target = str(settings.lake_path / "target")
    built = run(settings, "dbt", "build", "--select", "currency_exponents", "--target-path", target)
    assert built.returncode != 0
    assert "paylake logs" in built.stdout
    assert server.up(settings).state == "running"
    assert get_session(settings).table("other_format").collect()[0].one == 1
    assert not [path for path in left if path.parent.exists()], "Delta creates no table over what a kill left"
