"""The server's record, token, ports and addresses, without a JVM."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from paylake import launch, server
from paylake.daemon import Record, free_port
from paylake.errors import MachineError, ServerNotRunning
from paylake.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project=tmp_path, lake=tmp_path / "lake", port=free_port())


@pytest.fixture
def listener(settings: Settings) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", settings.port)) as listening:
        yield listening


def record(settings: Settings, pid: int, created: float) -> None:
    folder = server.daemon(settings).folder
    folder.mkdir(parents=True, exist_ok=True)
    state = Record(pid, created, settings.port, "java")
    (folder / "server.json").write_text(json.dumps(asdict(state)))


def test_nothing_started_is_stopped_and_says_how_to_start(settings: Settings) -> None:
    assert server.look(settings).state == "stopped"
    with pytest.raises(ServerNotRunning, match="paylake up"):
        server.require_running(settings)


def test_a_process_that_is_gone_is_a_crash(settings: Settings) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    record(settings, gone.pid, 0.0)
    assert server.look(settings).state == "crashed"
    with pytest.raises(ServerNotRunning, match="paylake logs"):
        server.require_running(settings)


def test_a_reused_pid_is_not_taken_for_the_server(settings: Settings) -> None:
    record(settings, os.getpid(), psutil.Process().create_time() - 1000)
    assert server.look(settings).state == "crashed"


def test_down_forgets_a_dead_server_and_harms_no_other_process(settings: Settings) -> None:
    record(settings, os.getpid(), psutil.Process().create_time() - 1000)
    assert server.down(settings).state == "stopped"


def test_a_live_process_that_does_not_listen_yet_is_starting(settings: Settings) -> None:
    record(settings, os.getpid(), psutil.Process().create_time())
    assert server.look(settings).state == "starting"


def test_clients_dial_the_port_that_the_server_was_started_on(settings: Settings, listener: socket.socket) -> None:
    record(settings, os.getpid(), psutil.Process().create_time())
    other = settings.model_copy(update={"port": settings.port + 1})
    assert server.require_running(other).startswith(f"sc://localhost:{settings.port}/")


def test_a_live_process_that_listens_is_running(settings: Settings, listener: socket.socket) -> None:
    record(settings, os.getpid(), psutil.Process().create_time())
    assert server.look(settings).state == "running"
    assert server.require_running(settings).startswith(f"sc://localhost:{settings.port}/;token=")


def test_a_torn_record_counts_as_stopped(settings: Settings) -> None:
    record(settings, 1, 0.0)
    (server.daemon(settings).folder / "server.json").write_text('{"pid": 1')
    assert server.look(settings).state == "stopped"


def test_a_taken_port_is_named_with_its_owner_and_a_way_out(settings: Settings, listener: socket.socket) -> None:
    with pytest.raises(MachineError, match=rf"{settings.port} is taken by process {os.getpid()}") as caught:
        server.up(settings)
    assert "PAYLAKE_PORT" in caught.value.fix


def test_the_token_is_private_stable_and_not_in_the_plain_address(settings: Settings) -> None:
    token = server.read_token(settings)
    path = server.daemon(settings).folder / "token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert server.read_token(settings) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token not in server.address(settings, with_token=False)


def test_a_remote_server_is_used_and_never_managed(settings: Settings) -> None:
    remote = settings.model_copy(update={"remote": "sc://cluster:443/;token=secret"})
    status = server.up(remote)
    assert (status.state, status.address) == ("remote", "sc://cluster:443/")
    assert server.require_running(remote) == remote.remote


def test_everything_the_server_binds_is_loopback(settings: Settings) -> None:
    configuration = launch.configuration(settings, settings.lake_path, "token")
    bound = [value for key, value in configuration.items() if "ddress" in key or key.endswith(".host")]
    assert bound == ["127.0.0.1"] * 3


def test_an_unwritable_lake_is_said(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="PAYLAKE_LAKE"):
        server.up(settings.model_copy(update={"lake": tmp_path / "file" / "lake"}))


def test_memory_follows_the_machine() -> None:
    assert 1024 <= launch.default_memory_mb() <= 8192
