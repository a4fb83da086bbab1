"""Commands about the shared server and the machine under it."""

from __future__ import annotations

import sys
from enum import StrEnum
from types import ModuleType
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from paylake.cli.console import command, err, out
from paylake.errors import ExitCode
from paylake.settings import get_settings


class Engine(StrEnum):
    """The engines that Paylake starts."""

    SPARK = "spark"
    SAIL = "sail"


EngineOption = Annotated[Engine, typer.Option(help="spark (the lake) or sail (the fast lane).")]
AnyEngine = Annotated[Engine | None, typer.Option(help="spark or sail; default: both.", show_default=False)]


def _engine(engine: Engine) -> ModuleType:
    from paylake import sail, server

    return sail if engine is Engine.SAIL else server


@command("paylake up\npaylake up --engine sail\nPAYLAKE_MEMORY_MB=4096 PAYLAKE_PORT=15010 paylake up")
def up(engine: EngineOption = Engine.SPARK) -> None:
    """Start the lake's Spark server, or the fast lane beside it (loopback only), and wait until it answers."""
    with err.status(f"Starting {engine.value.title()} ..."):
        status = _engine(engine).up(get_settings())
    _print_status(status)


@command("paylake down\npaylake down --engine sail")
def down(engine: AnyEngine = None) -> None:
    """Stop the servers that `paylake up` started."""
    for each in [engine] if engine else Engine:
        _print_status(_engine(each).down(get_settings()))


@command("paylake status\npaylake status --engine spark && dbt build")
def status(engine: AnyEngine = None) -> None:
    """Show which servers run; exits 4 when none of those that were asked for answers."""
    found = [_engine(each).look(get_settings()) for each in ([engine] if engine else Engine)]
    for one in found:
        _print_status(one)
    if not any(one.state in ("running", "remote") for one in found):
        raise typer.Exit(int(ExitCode.NOT_RUNNING))


@command("paylake logs\npaylake logs --lines 200 --engine sail", name="logs")
def log(
    lines: Annotated[int, typer.Option(help="How many lines from the end.")] = 40, engine: EngineOption = Engine.SPARK
) -> None:
    """Show the end of a server's log."""
    out.print(_engine(engine).daemon(get_settings()).tail(lines), markup=False, soft_wrap=True)


@command('eval "$(paylake env)"\neval "$(paylake env --engine sail)"\npaylake env --show-token')
def env(
    engine: EngineOption = Engine.SPARK,
    show_token: Annotated[
        bool, typer.Option(help="Print the token in clear text, for eval.")
    ] = not sys.stdout.isatty(),
) -> None:
    """Print the variables that point other Spark Connect clients to a server."""
    settings = get_settings()
    chosen = _engine(engine)
    where = chosen.address(settings) if engine is Engine.SAIL else chosen.address(settings, with_token=show_token)
    out.print(f"export SPARK_REMOTE='{where}'", markup=False, soft_wrap=True)
    out.print(f"export PAYLAKE_PROJECT='{settings.project}'", markup=False, soft_wrap=True)
    out.print(f"export DBT_PROJECT_DIR='{settings.project}'", markup=False, soft_wrap=True)
    out.print(f"export DBT_PROFILES_DIR='{settings.project}'", markup=False, soft_wrap=True)


@command("paylake doctor\nPAYLAKE_OFFLINE=true PAYLAKE_JARS=/media/jars paylake doctor")
def doctor() -> None:
    """Check Python, Java, jars, ports, disk, memory, clock, lake and profile; each failure comes with its fix."""
    from paylake.doctor import examine

    checks = examine(get_settings())
    table = Table.grid(padding=(0, 2))
    marks = {"ok": "[green]ok[/]", "warn": "[yellow]warn[/]", "fail": "[bold red]FAIL[/]"}
    for check in checks:
        table.add_row(
            marks[check.result],
            check.name,
            escape(check.seen) + (f"\n[bold]-> {escape(check.fix)}[/]" if check.fix else ""),
        )
    out.print(table)
    if any(check.result == "fail" for check in checks):
        raise typer.Exit(int(ExitCode.ENVIRONMENT))


@command("paylake setup\nPAYLAKE_JARS=/media/jars paylake setup")
def setup() -> None:
    """Fetch and verify the jars, prepare the server's classes, install the kernel; `make setup` calls this."""
    from paylake import classes
    from paylake.jars import ensure_jars
    from paylake.lab import install_kernel

    settings = get_settings()
    with err.status("Fetching the Delta jars (once) ..."):
        found = ensure_jars(settings)
    out.print(f"{len(found)} jars verified in {found[0].parent}", soft_wrap=True)
    with err.status("Preparing the server's classes (once, about a minute) ..."):
        prepared = classes.prepare(settings)
    out.print(prepared, markup=False, soft_wrap=True)
    out.print(f"Notebook kernel installed in {install_kernel()}", soft_wrap=True)


def _print_status(status: Any) -> None:
    colour = {"running": "green", "remote": "green", "stopped": "yellow"}.get(status.state, "red")
    table = Table.grid(Column(), Column(overflow="fold"), padding=(0, 2))
    table.add_row(status.engine, f"[bold {colour}]{status.state}[/]")
    table.add_row("address", status.address)
    if status.pid:
        table.add_row("process", f"{status.pid}" + (f", {status.memory_mb} MiB resident" if status.memory_mb else ""))
    if status.uptime_seconds is not None:
        table.add_row("up for", f"{status.uptime_seconds / 60:.0f} min")
    table.add_row("", status.detail)
    out.print(table)
