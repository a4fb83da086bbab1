"""What all commands share: the application, consoles, errors as one panel with an exit code, examples in the help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from paylake import logs
from paylake.errors import PaylakeError
from paylake.settings import get_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="A payments lakehouse whose numbers tie to the bank.",
)
PANELS = {"server": "Server and machine", "lake": "Lake", "watch": "Lake", "trace": "Lake", "calendar": "Lake"}

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def command(
    examples: str = "", name: str | None = None, to: typer.Typer = app
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command: errors become one panel and an exit code, examples end the help."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            try:
                settings = get_settings()
                logs.configure(settings.log_level, settings.log_format)
                function(*args, **kwargs)
            except PaylakeError as error:
                fail(error)
            except KeyboardInterrupt:
                err.print("Stopped. What was committed stays; run the command again to go on.")
                raise typer.Exit(130) from None

        epilog = (
            "[bold]Examples[/bold]\n\n" + "\n\n".join(f"  {line}" for line in examples.strip().splitlines())
            if examples
            else None
        )
        panel = PANELS.get(function.__module__.rpartition(".")[2])
        to.command(name=name, epilog=epilog, rich_help_panel=panel)(run)
        return run

    return register


def print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Print texts beside their labels: wrapped within its column on a terminal, each in one line elsewhere."""
    pairs = list(pairs)
    width = max((len(label) for label, _ in pairs), default=0)
    if not out.is_terminal:
        for label, text in pairs:
            out.print(f"{label:<{width}}  {text}", markup=False, soft_wrap=True)
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    for label, text in pairs:
        grid.add_row(Text(label, style="bold", no_wrap=True), Text(text, overflow="fold"))
    out.print(grid)


def fail(error: PaylakeError) -> None:
    """Print an expected failure and leave with its exit code."""
    body = escape(logs.mask(error.message))
    body += f"\n\n[bold]What to do:[/bold] {escape(error.fix)}" if error.fix else ""
    err.print(Panel(body, title="paylake", title_align="left", border_style="red"))
    raise typer.Exit(int(error.exit_code))
