"""The command that builds on the fast lane at every save."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from paylake.cli.console import command, err, out
from paylake.errors import ExitCode, PaylakeError
from paylake.logs import mask
from paylake.settings import get_settings

if TYPE_CHECKING:
    from paylake.watch import Failure, Outcome


@command(
    "paylake watch\n"
    "paylake watch --select silver.billing+ --no-tests\n"
    "paylake watch --once\n"
    "PAYLAKE_SCRATCH=trial paylake watch"
)
def watch(
    select: Annotated[
        list[str] | None, typer.Option("--select", "-s", help="dbt selector of what to care for; repeatable.")
    ] = None,
    tests: Annotated[bool, typer.Option(help="Run tests; those left out stay due.")] = True,
    once: Annotated[bool, typer.Option("--once", help="Build what is due and leave; exits 1 when it fails.")] = False,
) -> None:
    """Build on the fast lane at every save: what changed, its children, their tests; shows the rows that fail."""
    from paylake.saves import saves
    from paylake.watch import Builder

    settings = get_settings()
    with Builder(settings, select or (), with_tests=tests) as builder:
        if once:
            if not _build(builder.build, "what is due").is_green:
                raise typer.Exit(int(ExitCode.FAILED))
            return
        for saved in saves(settings.project):
            try:
                _build(builder.build, _names(saved, settings.project) or "what is due")
            except PaylakeError as error:
                err.print(f"[bold red]{escape(mask(str(error)))}[/]", soft_wrap=True)


def _build(build: Callable[[], Outcome], what: str) -> Outcome:
    with err.status(f"Building {escape(what)} ..."):
        outcome = build()
    for failure in outcome.failures:
        _print_failure(failure)
    if outcome.error:
        out.print(escape(mask(outcome.error)), soft_wrap=True)
    mark = "[green]ok[/]" if outcome.is_green else "[bold red]FAIL[/]"
    out.print(f"{time.strftime('%H:%M:%S')}  {mark}  {escape(what)}  {outcome}", soft_wrap=True)
    return outcome


def _names(saved: Iterable[Path], project: Path) -> str:
    return ", ".join(sorted(str(path.relative_to(project)) for path in saved))


def _print_failure(failure: Failure) -> None:
    colour, word = ("yellow", "warns") if failure.is_warning else ("bold red", "failed")
    out.print(f"[{colour}]{failure.kind} {escape(failure.name)} {word}[/]  {escape(failure.path)}", soft_wrap=True)
    if failure.meaning:
        out.print(f"  {escape(mask(failure.meaning))}")
    out.print(escape(mask(failure.message.strip())), soft_wrap=True)
    if failure.rows:
        table = Table(*map(escape, failure.columns))
        for row in failure.rows:
            table.add_row(*(escape(mask(str(value))) for value in row))
        out.print(table)
