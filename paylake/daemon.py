"""A server that we start in the background: recorded, found again, noticed when it dies, stopped by its own pid."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import psutil

from paylake.errors import LakeBusy, MachineError, PaylakeError, ServerNotRunning

START_TIMEOUT_SECONDS = 120
STOP_TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Record:
    """What `server.json` records of a started server; `created` tells a reused pid apart."""

    pid: int
    created: float
    port: int
    detail: str


@dataclass(frozen=True)
class ServerStatus:
    """What a look at a server found: `state` is running, starting, crashed, stopped or remote."""

    engine: str
    state: str
    address: str
    detail: str
    pid: int | None = None
    memory_mb: int | None = None
    uptime_seconds: float | None = None


@dataclass(frozen=True)
class Daemon:
    """One kind of server of one lake.

    Args:
        engine: its name for people.
        folder: where its record and log are.
        port: where it listens when it is started; a running one may listen elsewhere.
        setting: the setting that chooses the port.
        command: what starts it.
    """

    engine: str
    folder: Path
    port: int
    setting: str
    command: str

    def _command(self, verb: str) -> str:
        """The command of another verb about this server."""
        return self.command.replace(" up", f" {verb}")

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / "server.log"

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log."""
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(no log)"

    @property
    def record(self) -> Record | None:
        """The record of the last start, or None after a clean stop."""
        try:
            return Record(**json.loads((self.folder / "server.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, json.JSONDecodeError, TypeError):
            return None

    @property
    def address(self) -> str:
        """Its Spark Connect address. Spelled `localhost`: with a token, the client wants TLS for every other name."""
        record = self.record
        return f"sc://localhost:{record.port if record and _process(record) else self.port}/"

    def look(self) -> ServerStatus:
        """Its state, without side effects and in milliseconds."""
        record = self.record
        if record is None:
            text = f"No server was started, or it was stopped by `{self._command('down')}`."
            return ServerStatus(self.engine, "stopped", self.address, text)
        process = _process(record)
        if process is None:
            text = f"Process {record.pid} is gone without having been stopped."
            return ServerStatus(self.engine, "crashed", self.address, text, record.pid)
        return ServerStatus(
            self.engine,
            "running" if _answers(record.port) else "starting",
            self.address,
            record.detail,
            record.pid,
            process.memory_info().rss // 2**20,
            time.time() - record.created,
        )

    def require_running(self) -> None:
        """Do nothing when the server answers.

        Raises:
            ServerNotRunning: it was not started, crashed, or is still starting.
        """
        status = self.look()
        logs = self._command("logs")
        fixes = {
            "stopped": f"Start it with `{self.command}`.",
            "crashed": f"See why with `{logs}`, then start it with `{self.command}`. Every table is whole.",
            "starting": f"Wait for `{self.command}` to finish, or look at `{logs}`.",
        }
        if status.state in fixes:
            state = "not running" if status.state == "stopped" else status.state
            raise ServerNotRunning(f"The {self.engine} server is {state} ({status.address}).", fixes[status.state])

    @contextmanager
    def starting(self) -> Iterator[None]:
        """One start at a time.

        Raises:
            MachineError: its folder cannot be made.
            LakeBusy: another start takes too long.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MachineError(
                f"The lake's folder {self.folder} cannot be made: {error}", "Point PAYLAKE_LAKE to a writable folder."
            ) from None
        try:
            with filelock.FileLock(self.folder / "start.lock", timeout=START_TIMEOUT_SECONDS):
                yield
        except filelock.Timeout:
            raise LakeBusy(
                f"Another `{self.command}` has been starting this server for two minutes.",
                f"See `{self._command('logs')}`.",
            ) from None

    def require_free_port(self) -> None:
        """Do nothing when nobody listens on the port.

        Raises:
            MachineError: somebody does; says who.
        """
        if owner := port_owner(self.port):
            raise MachineError(
                f"Port {self.port} is taken by {owner}.", f"Stop it, or choose another port with {self.setting}."
            )

    def start(self, line: Sequence[str], environment: Mapping[str, str], detail: str) -> ServerStatus:
        """Start the process and wait until it answers.

        Raises:
            MachineError: it ends, or does not answer in time.
        """
        with self.log.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                line,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        record = Record(process.pid, psutil.Process(process.pid).create_time(), self.port, detail)
        (self.folder / "server.json").write_text(json.dumps(asdict(record)), encoding="utf-8")
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                (self.folder / "server.json").unlink(missing_ok=True)
                raise MachineError(
                    f"The {self.engine} server ended while starting (exit {process.returncode}):\n{self.tail(8)}",
                    "`paylake doctor` checks Java, jars, memory and ports.",
                )
            if _answers(self.port):
                return self.look()
            time.sleep(0.1)
        self.stop()
        raise MachineError(
            f"The {self.engine} server did not answer within {START_TIMEOUT_SECONDS} s.",
            f"See `{self._command('logs')}` and `paylake doctor`.",
        )

    def stop(self) -> ServerStatus:
        """Stop the server by its own process id; one that is already gone is only forgotten.

        Raises:
            PaylakeError: it does not end even when killed.
        """
        record = self.record
        process = _process(record) if record else None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except psutil.TimeoutExpired:
                process.kill()
                try:
                    process.wait(STOP_TIMEOUT_SECONDS)
                except psutil.TimeoutExpired:
                    raise PaylakeError(
                        f"Process {process.pid} does not end.", "Ask the machine's administrator."
                    ) from None
        (self.folder / "server.json").unlink(missing_ok=True)
        return self.look()


def kept(path: Path, make: Callable[[], str]) -> str:
    """Content of a small private file, made whole at first use, by whichever process comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
            file.write(make())
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    path.chmod(0o600)
    return path.read_text(encoding="ascii")


def _process(record: Record) -> psutil.Process | None:
    try:
        process = psutil.Process(record.pid)
        alive = abs(process.create_time() - record.created) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if alive else None


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
