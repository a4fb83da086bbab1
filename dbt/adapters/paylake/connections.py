"""Credentials and connections: one Spark Connect session a process, to the local server or to `remote`."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, ClassVar

from dbt.adapters.contracts.connection import Connection, ConnectionState
from dbt.adapters.exceptions.connection import FailedToConnectError
from dbt.adapters.spark.connections import SparkConnectionManager, SparkConnectionMethod, SparkCredentials
from dbt.adapters.spark.session import Connection as SessionConnection
from dbt.adapters.spark.session import Cursor, SessionConnectionWrapper
from dbt_common.exceptions import DbtRuntimeError

from paylake.errors import PaylakeError
from paylake.session import as_paylake_error, get_session
from paylake.settings import get_settings


@dataclass
class PaylakeCredentials(SparkCredentials):
    """Profile keys: `schema`, and `remote` (sc://...) where the server is not the project's own local one."""

    remote: str | None = None

    def __post_init__(self) -> None:
        """dbt-spark wants a method and a host; here both follow from the protocol."""
        self.method = SparkConnectionMethod.SESSION
        self.host = (self.remote or "local").split(";")[0]
        super().__post_init__()

    engine: ClassVar[str] = "Spark"

    @property
    def type(self) -> str:
        """Name of the adapter."""
        return "paylake"

    def open_session(self) -> Any:
        """A new session on the server that the profile means.

        Raises:
            ServerNotRunning: nothing answers there.
        """
        settings = get_settings()
        return get_session(settings.model_copy(update={"remote": self.remote}) if self.remote else settings)

    def _connection_keys(self) -> tuple[str, ...]:
        return "host", "schema"


class SharedSession:
    """The process's one session on each server, opened at the first statement; threads of dbt share it."""

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _sessions: ClassVar[dict[tuple[str, str | None], Any]] = {}

    @classmethod
    def get(cls, credentials: PaylakeCredentials) -> Any:
        """The session for a profile."""
        with cls._lock:
            key = (credentials.engine, credentials.remote)
            if key not in cls._sessions:
                cls._sessions[key] = credentials.open_session()
            return cls._sessions[key]

    @classmethod
    def forget(cls, credentials: PaylakeCredentials) -> None:
        """Open a new session at the next statement: the server of this one went away."""
        with cls._lock:
            cls._sessions.pop((credentials.engine, credentials.remote), None)


class PaylakeCursor(Cursor):
    """dbt-spark's cursor without its session building, which sets static options anew at every statement."""

    def __init__(self, credentials: PaylakeCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run one statement on the shared session.

        Raises:
            DbtRuntimeError: the statement failed, or the server is gone.
        """
        statement = sql % parameters if parameters else sql
        self._rows = None
        with _readable_errors(self._credentials):
            self._df = SharedSession.get(self._credentials).sql(statement)

    def fetchall(self) -> Any:
        """All rows."""
        with _readable_errors(self._credentials):
            return super().fetchall()

    def fetchone(self) -> Any:
        """The next row."""
        with _readable_errors(self._credentials):
            return super().fetchone()


class _readable_errors:  # noqa: N801 - reads as a statement
    """Turn what the Spark client raises into one dbt error without a stack of the JVM."""

    def __init__(self, credentials: PaylakeCredentials) -> None:
        self._credentials = credentials

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, Exception):
            readable = as_paylake_error(error, self._credentials.engine)
            if readable.exit_code.name == "NOT_RUNNING":
                SharedSession.forget(self._credentials)
            message = str(readable) if readable.exit_code.name == "NOT_RUNNING" else readable.message
            raise DbtRuntimeError(message) from None


class PaylakeHandle(SessionConnection):
    """Connection handle that makes our cursors."""

    def __init__(self, credentials: PaylakeCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def cursor(self) -> PaylakeCursor:
        """A cursor on the shared session."""
        return PaylakeCursor(self._credentials)


class PaylakeConnectionManager(SparkConnectionManager):
    """Opens the shared session, or says that the server is not running."""

    TYPE = "paylake"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Open a connection.

        Raises:
            FailedToConnectError: the server is not running; says how to start it.
        """
        if connection.state == ConnectionState.OPEN:
            return connection
        try:
            SharedSession.get(connection.credentials)
        except PaylakeError as error:
            connection.state = ConnectionState.FAIL
            raise FailedToConnectError(str(error)) from None
        connection.handle = SessionConnectionWrapper(PaylakeHandle(connection.credentials))
        connection.state = ConnectionState.OPEN
        return connection
