"""Sessions of the shared server for everything in Python: landing, reports, notebooks, dbt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import grpc

from paylake.errors import PaylakeError, ServerNotRunning, SessionEnded
from paylake.logs import mask, silence_libraries
from paylake.server import require_running
from paylake.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ENDED = re.compile(r"session [0-9a-f-]{36} is not running")
RETRIES: dict[str, Any] = {"max_retries": 4, "initial_backoff": 50, "max_backoff": 2000}
"""The client's own policy retries for ten minutes, which looks like a hang when a local server was killed."""


def get_session(settings: Settings) -> SparkSession:
    """A new Spark Connect session on the configured Spark server.

    Raises:
        ServerNotRunning: nothing answers there, or it refuses the token.
    """
    return connect(require_running(settings))


def connect(address: str, engine: str = "Spark") -> SparkSession:
    """A session on the server at a Spark Connect address; `engine` names it in errors.

    Raises:
        ServerNotRunning: nothing answers there, or it refuses the token.
    """
    silence_libraries()
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession as ConnectSession

    try:
        spark = SparkSession.builder.remote(address).create()
        spark.client.set_retry_policies([DefaultPolicy(**RETRIES)])
        if address.startswith("sc://localhost:"):
            spark.client.disable_reattachable_execute()  # it costs a call a statement, and mends what networks do
        spark.version  # noqa: B018 - the first call is the one that shows whether the server accepts us
    except Exception as error:  # noqa: BLE001 - whatever the client raises, the reader gets one readable error
        raise as_paylake_error(error, engine) from None
    # The client asks the first session of the process for some settings, even when that one's server is long gone.
    newest = cast("ConnectSession", spark)
    ConnectSession._default_session = ConnectSession._active_session.session = newest
    return spark


def is_connection_lost(error: BaseException) -> bool:
    """Whether an error means that the server is gone rather than that a statement was wrong."""
    if isinstance(error, grpc.RpcError) and hasattr(error, "code"):
        return error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED)
    text = str(error)
    return any(
        sign in text
        for sign in ("UNAVAILABLE", "RETRIES_EXCEEDED", "Connection refused", "UNAUTHENTICATED", "Socket closed")
    )


def as_paylake_error(error: BaseException, engine: str = "Spark") -> PaylakeError:
    """A readable error for anything the Spark client raises: no JVM stack, no token, no card digits."""
    if isinstance(error, PaylakeError):
        return error
    option = "" if engine == "Spark" else f" --engine {engine.lower()}"
    if "UNAUTHENTICATED" in str(error):
        return ServerNotRunning(
            f"The {engine} server refused our token.", "Another lake's server may hold this port: see `paylake status`."
        )
    if ENDED.search(str(error)):
        return SessionEnded(f"Another client ended the {engine} session that this one shared.", "Run it again.")
    if is_connection_lost(error):
        return ServerNotRunning(
            f"The {engine} server went away in the middle of the work; every table shows its last whole commit.",
            f"See why with `paylake logs{option}`, start it with `paylake up{option}`, and run the command again.",
        )
    lines = mask(str(error)).split("JVM stacktrace:")[0].strip()
    return PaylakeError(lines, f"See `paylake logs{option}` for the server's side.")
