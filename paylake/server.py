"""The shared Spark Connect server: one JVM on loopback that dbt, notebooks, reports and landing speak to."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import psutil

from paylake.errors import LakeBusy, MachineError, PaylakeError, ServerNotRunning
from paylake.jars import ensure_jars
from paylake.launch import command, configuration, default_memory_mb
from paylake.settings import Settings

START_TIMEOUT_SECONDS = 120
STOP_TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class ServerState:
    """What `<lake>/server/server.json` records of a started server; `created` tells a reused pid apart."""

    pid: int
    created: float
    port: int
    memory_mb: int
    java: str


@dataclass(frozen=True)
class ServerStatus:
    """What a look at the server found: `state` is running, starting, crashed, stopped or remote."""

    state: str
    address: str
    detail: str
    pid: int | None = None
    memory_mb: int | None = None
    uptime_seconds: float | None = None


def server_folder(settings: Settings) -> Path:
    """Folder of the server's state: token, configuration, record of the process, log."""
    return settings.lake_path / "server"


def log_path(settings: Settings) -> Path:
    """The server's log."""
    return server_folder(settings) / "server.log"


def read_token(settings: Settings) -> str:
    """The lake's token, made at first use; kept over restarts so that open notebooks find their server again."""
    path = server_folder(settings) / "token"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    path.chmod(0o600)
    return path.read_text(encoding="ascii")


def address(settings: Settings, *, with_token: bool = True) -> str:
    """Spark Connect address of the configured server.

    The host is spelled `localhost`: with a token, the client insists on TLS for every other name.
    """
    if settings.remote:
        return settings.remote
    state = read_state(settings)
    port = state.port if state and _process(state) else settings.port
    plain = f"sc://localhost:{port}/"
    return f"{plain};token={read_token(settings)}" if with_token else plain


@contextmanager
def _starting(settings: Settings) -> Iterator[None]:
    folder = server_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(
            f"The lake's folder {folder} cannot be made: {error}", "Point PAYLAKE_LAKE to a writable folder."
        ) from None
    try:
        with filelock.FileLock(folder / "start.lock", timeout=START_TIMEOUT_SECONDS):
            yield
    except filelock.Timeout:
        raise LakeBusy(
            "Another `paylake up` has been starting this server for two minutes.", "See `paylake logs`."
        ) from None


def read_state(settings: Settings) -> ServerState | None:
    """The record of the last started server, or None after a clean stop."""
    try:
        return ServerState(**json.loads((server_folder(settings) / "server.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def _process(state: ServerState) -> psutil.Process | None:
    try:
        process = psutil.Process(state.pid)
        alive = abs(process.create_time() - state.created) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_owner(port: int) -> str | None:
    """Who listens on a port, for a message; None when it is free."""
    if not _answers(port):
        return None
    try:
        owners = [
            c.pid
            for c in psutil.net_connections("tcp")
            if c.status == "LISTEN" and c.laddr and c.laddr.port == port and c.pid
        ]
    except psutil.Error:
        owners = []
    return f"process {owners[0]} ({psutil.Process(owners[0]).name()})" if owners else "another program"


def log_tail(settings: Settings, lines: int = 20) -> str:
    """The last lines of the server's log."""
    try:
        return "\n".join(log_path(settings).read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log)"


def look(settings: Settings) -> ServerStatus:
    """The server's state, without side effects and in milliseconds."""
    where = address(settings, with_token=False)
    if settings.remote:
        return ServerStatus(
            "remote", settings.remote.split(";")[0], "PAYLAKE_REMOTE names a server that is not ours to manage."
        )
    state = read_state(settings)
    if state is None:
        return ServerStatus("stopped", where, "No server was started, or it was stopped by `paylake down`.")
    process = _process(state)
    if process is None:
        return ServerStatus("crashed", where, f"Process {state.pid} is gone without `paylake down`.", state.pid)
    mine = f"sc://localhost:{state.port}/"
    return ServerStatus(
        "running" if _answers(state.port) else "starting",
        mine,
        f"Java at {state.java}, heap {state.memory_mb} MiB",
        state.pid,
        process.memory_info().rss // 2**20,
        time.time() - state.created,
    )


def require_running(settings: Settings) -> str:
    """The address of a server that answers.

    Raises:
        ServerNotRunning: it was not started, crashed, or is still starting.
    """
    status = look(settings)
    if status.state in ("running", "remote"):
        return address(settings)
    fixes = {
        "crashed": "See why with `paylake logs`, then start it with `paylake up`. Every table is whole.",
        "starting": "Wait for `paylake up` to finish, or look at `paylake logs`.",
    }
    raise ServerNotRunning(
        f"The Spark server is {'not running' if status.state == 'stopped' else status.state} ({status.address}).",
        fixes.get(status.state, "Start it with `paylake up`."),
    )


def up(settings: Settings) -> ServerStatus:
    """Start the server unless it runs, and wait until it answers; heals the record of a dead one.

    Raises:
        MachineError: the port is taken, Java or a jar is missing, or the server ends while starting.
        LakeBusy: another start is under way.
    """
    if settings.remote:
        return look(settings)
    with _starting(settings):
        if (status := look(settings)).state == "running":
            return status
        if status.state == "starting":
            down(settings)
        if owner := port_owner(settings.port):
            raise MachineError(
                f"Port {settings.port} is taken by {owner}.", "Stop it, or choose another port with PAYLAKE_PORT."
            )
        return _start_on_clean_ground(settings)


def _start_on_clean_ground(settings: Settings) -> ServerStatus:
    from paylake.warehouse import remove_strays, uncommitted_folders  # which needs this module for its session

    folders = uncommitted_folders(settings.warehouse_path)
    status = _start(settings)
    if folders:
        remove_strays(folders, settings)
    return status


def _start(settings: Settings) -> ServerStatus:
    folder, memory_mb = server_folder(settings), settings.memory_mb or default_memory_mb()
    properties = folder / "spark.conf"
    properties.touch(mode=0o600)
    properties.chmod(0o600)
    properties.write_text(
        "".join(f"{key} {value}\n" for key, value in configuration(settings, folder, read_token(settings)).items()),
        encoding="utf-8",
    )
    line = command(settings, ensure_jars(settings), memory_mb, properties)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "DBT_"))}
    environment = inherited | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with log_path(settings).open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            line,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    state = ServerState(process.pid, psutil.Process(process.pid).create_time(), settings.port, memory_mb, line[0])
    (folder / "server.json").write_text(json.dumps(asdict(state)), encoding="utf-8")
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            (folder / "server.json").unlink(missing_ok=True)
            raise MachineError(
                f"The server ended while starting (exit {process.returncode}):\n{log_tail(settings, 8)}",
                "`paylake doctor` checks Java, jars, memory and ports.",
            )
        if _answers(settings.port):
            return look(settings)
        time.sleep(0.1)
    down(settings)
    raise MachineError(
        f"The server did not answer within {START_TIMEOUT_SECONDS} s.", "See `paylake logs` and `paylake doctor`."
    )


def down(settings: Settings) -> ServerStatus:
    """Stop the server by its own process id; a server that is already gone is only forgotten.

    Raises:
        PaylakeError: it does not end even when killed.
    """
    state = read_state(settings)
    process = _process(state) if state else None
    if process is not None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except psutil.TimeoutExpired:
                raise PaylakeError(f"Process {process.pid} does not end.", "Ask the machine's administrator.") from None
    (server_folder(settings) / "server.json").unlink(missing_ok=True)
    return look(settings)
