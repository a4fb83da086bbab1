"""Credentials and connections: one Spark Connect session a process, to the local server or to `remote`."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from dbt.adapters.contracts.connection import AdapterResponse, Connection, ConnectionState
from dbt.adapters.exceptions.connection import FailedToConnectError
from dbt.adapters.spark.connections import SparkConnectionManager, SparkConnectionMethod, SparkCredentials
from dbt.adapters.spark.session import SessionConnectionWrapper
from dbt_common.clients.agate_helper import empty_table, table_from_data_flat
from dbt_common.exceptions import DbtRuntimeError
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.plan import SQL

from paylake import server
from paylake.errors import PaylakeError
from paylake.session import as_paylake_error, get_session
from paylake.settings import get_settings

if TYPE_CHECKING:
    import agate
    import pyarrow as pa

SELECT = re.compile(r"\s*(/\*.*?\*/\s*|--[^\n]*\n\s*)*select\b", re.DOTALL | re.IGNORECASE)


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

    def identity(self) -> str:
        """What tells the profile's server from others; the same for as long as one session can be used."""
        settings = get_settings()
        return self.remote or settings.remote or f"Spark {server.daemon(settings).record}"

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
    _sessions: ClassVar[dict[str, Any]] = {}

    @classmethod
    def get(cls, credentials: PaylakeCredentials) -> Any:
        """The session for a profile."""
        with cls._lock:
            if session := cls._sessions.get(credentials.identity()):
                return session
            session = credentials.open_session()
            # Asked again: opening replaces a session that another client ended, and with it what tells it from others.
            cls._sessions[credentials.identity()] = session
            return session

    @classmethod
    def forget(cls, credentials: PaylakeCredentials) -> None:
        """Open a new session at the next statement: the server of this one went away."""
        with cls._lock:
            cls._sessions.pop(credentials.identity(), None)


class PaylakeCursor:
    """dbt-spark's cursor without its session building, which sets static options anew at every statement.

    A `select` is sent once, when its rows are asked for; Spark's own `sql()` would send it, then its result's plan,
    then ask for its columns.
    """

    def __init__(self, credentials: PaylakeCredentials) -> None:
        self._credentials = credentials
        self._frame: Any = None
        self._table: pa.Table | None = None
        self._is_waiting = False

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run one statement on the shared session, or keep a `select` until its rows or columns are asked for.

        Raises:
            DbtRuntimeError: the statement failed, or the server is gone.
        """
        statement = sql % parameters if parameters else sql
        self._table = None
        with readable_errors(self._credentials):
            session = SharedSession.get(self._credentials)
            self._is_waiting = bool(SELECT.match(statement))
            self._frame = DataFrame(SQL(statement), session) if self._is_waiting else session.sql(statement)

    def finish(self) -> None:
        """Run a `select` whose rows nobody asks for: it may be there to fail."""
        if self._is_waiting:
            self.fetch_table()

    def fetch_table(self) -> pa.Table:
        """All rows, in one call to the server."""
        if self._table is None:
            with readable_errors(self._credentials):
                self._table = self._frame.toArrow()
            self._is_waiting = False
        return self._table

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        columns = [column.to_pylist() for column in self.fetch_table().columns]
        return list(zip(*columns, strict=True))

    @property
    def description(self) -> list[tuple[Any, ...]]:
        """Columns with their types, by analysis alone: nothing runs."""
        with readable_errors(self._credentials):
            fields = self._frame.schema.fields
        return [(f.name, f.dataType.simpleString(), None, None, None, None, f.nullable) for f in fields]

    def close(self) -> None:
        """Forget the rows."""
        self._frame = self._table = None


class readable_errors:  # noqa: N801 - reads as a statement
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


class PaylakeHandle:
    """Connection handle that makes our cursors."""

    def __init__(self, credentials: PaylakeCredentials) -> None:
        self._credentials = credentials

    def cursor(self) -> PaylakeCursor:
        """A cursor on the shared session."""
        return PaylakeCursor(self._credentials)


class PaylakeWrapper(SessionConnectionWrapper):
    """What dbt holds as a connection and as its cursor."""

    handle: Any
    _cursor: Any

    def finish(self) -> None:
        """Run what still waits."""
        self._cursor.finish()

    def fetch_table(self) -> pa.Table:
        """All rows of the last statement."""
        return self._cursor.fetch_table()


class PaylakeConnectionManager(SparkConnectionManager):
    """Opens the shared session, or says that the server is not running."""

    TYPE = "paylake"

    def execute(
        self, sql: str, auto_begin: bool = False, fetch: bool = False, limit: int | None = None
    ) -> tuple[AdapterResponse, agate.Table]:
        """Run one statement.

        Raises:
            DbtRuntimeError: the statement failed, or the server is gone.
        """
        _, cursor = self.add_query(self._add_query_comment(sql), auto_begin)
        if fetch:
            return self.get_response(cursor), self.get_result_from_cursor(cursor, limit)
        cursor.finish()
        return self.get_response(cursor), empty_table()  # type: ignore[no-untyped-call]

    @classmethod
    def get_result_from_cursor(cls, cursor: PaylakeWrapper, limit: int | None) -> agate.Table:
        """Rows of a statement; their columns come with them."""
        table = cursor.fetch_table().slice(0, limit)
        names = table.column_names
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        return table_from_data_flat(cls.process_results(names, rows), names)

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
        connection.handle = PaylakeWrapper(PaylakeHandle(connection.credentials))  # type: ignore[arg-type] # it only asks it for cursors
        connection.state = ConnectionState.OPEN
        return connection
