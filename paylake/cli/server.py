"""Commands about the shared server and the machine under it."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from paylake.cli.console import command, err, out
from paylake.errors import ExitCode
from paylake.settings import get_settings


@command("paylake up\nPAYLAKE_MEMORY_MB=4096 PAYLAKE_PORT=15010 paylake up")
def up() -> None:
    """Start the shared Spark Connect server (loopback only) and wait until it answers."""
    from paylake import server

    with err.status("Starting Spark ..."):
        status = server.up(get_settings())
    _print_status(status)


@command("paylake down")
def down() -> None:
    """Stop the server that `paylake up` started."""
    from paylake import server

    _print_status(server.down(get_settings()))


@command("paylake status && dbt build")
def status() -> None:
    """Show whether the server runs; exits 4 when nothing answers."""
    from paylake import server

    found = server.look(get_settings())
    _print_status(found)
    if found.state not in ("running", "remote"):
        raise typer.Exit(int(ExitCode.NOT_RUNNING))


@command("paylake logs\npaylake logs --lines 200", name="logs")
def log(lines: Annotated[int, typer.Option(help="How many lines from the end.")] = 40) -> None:
    """Show the end of the server's log."""
    from paylake import server

    out.print(server.daemon(get_settings()).tail(lines), markup=False, soft_wrap=True)


@command('eval "$(paylake env)"\npaylake env --show-token')
def env(
    show_token: Annotated[
        bool, typer.Option(help="Print the token in clear text, for eval.")
    ] = not sys.stdout.isatty(),
) -> None:
    """Print the variables that point other Spark Connect clients to the server."""
    from paylake import server

    settings = get_settings()
    out.print(f"export SPARK_REMOTE='{server.address(settings, with_token=show_token)}'", markup=False, soft_wrap=True)
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
    """Fetch and verify the jars, install the notebook kernel; `make setup` calls this."""
    from paylake.jars import ensure_jars
    from paylake.lab import install_kernel

    settings = get_settings()
    with err.status("Fetching the Delta jars (once) ..."):
        found = ensure_jars(settings)
    out.print(f"{len(found)} jars verified in {found[0].parent}", soft_wrap=True)
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
