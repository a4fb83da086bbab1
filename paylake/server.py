"""The shared Spark Connect server: one JVM on loopback that dbt, notebooks, reports and landing speak to."""

from __future__ import annotations

import os
import secrets
import sys

from paylake.daemon import Daemon, ServerStatus, kept
from paylake.jars import ensure_jars
from paylake.launch import command, configuration, default_memory_mb
from paylake.settings import Settings


def daemon(settings: Settings) -> Daemon:
    """The lake's Spark server, running or not."""
    return Daemon("Spark", settings.lake_path / "server", settings.port, "PAYLAKE_PORT", "paylake up")


def read_token(settings: Settings) -> str:
    """The lake's token, made at first use; kept over restarts so that open notebooks find their server again."""
    return kept(daemon(settings).folder / "token", lambda: secrets.token_urlsafe(32))


def address(settings: Settings, *, with_token: bool = True) -> str:
    """Spark Connect address of the configured server."""
    if settings.remote:
        return settings.remote
    plain = daemon(settings).address
    return f"{plain};token={read_token(settings)}" if with_token else plain


def look(settings: Settings) -> ServerStatus:
    """The server's state, without side effects and in milliseconds."""
    if settings.remote:
        where = settings.remote.split(";")[0]
        return ServerStatus("Spark", "remote", where, "PAYLAKE_REMOTE names a server that is not ours to manage.")
    return daemon(settings).look()


def require_running(settings: Settings) -> str:
    """The address of a server that answers.

    Raises:
        ServerNotRunning: it was not started, crashed, or is still starting.
    """
    if not settings.remote:
        daemon(settings).require_running()
    return address(settings)


def up(settings: Settings) -> ServerStatus:
    """Start the server unless it runs, and wait until it answers; heals the record of a dead one.

    Raises:
        MachineError: the port is taken, Java or a jar is missing, or the server ends while starting.
        LakeBusy: another start is under way.
    """
    from paylake.warehouse import remove_strays, uncommitted_folders  # which needs this module for its session

    if settings.remote:
        return look(settings)
    spark = daemon(settings)
    with spark.starting():
        if (status := spark.look()).state == "running":
            return status
        if status.state == "starting":
            spark.stop()
        spark.require_free_port()
        left = uncommitted_folders(settings.warehouse_path)
        status = _start(spark, settings)
        if left:
            remove_strays(left, settings)
        return status


def _start(spark: Daemon, settings: Settings) -> ServerStatus:
    memory_mb = settings.memory_mb or default_memory_mb()
    properties = spark.folder / "spark.conf"
    properties.touch(mode=0o600)
    properties.chmod(0o600)
    lines = configuration(settings, spark.folder, read_token(settings)).items()
    properties.write_text("".join(f"{key} {value}\n" for key, value in lines), encoding="utf-8")
    line = command(settings, ensure_jars(settings), memory_mb, properties)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "DBT_"))}
    environment = inherited | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    return spark.start(line, environment, f"Java at {line[0]}, heap {memory_mb} MiB")


def down(settings: Settings) -> ServerStatus:
    """Stop the server by its own process id; a server that is already gone is only forgotten.

    Raises:
        PaylakeError: it does not end even when killed.
    """
    return daemon(settings).stop()
