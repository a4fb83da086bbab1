"""Commands that fill the lake and look into it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from paylake.cli.console import command, err, out
from paylake.errors import ExitCode
from paylake.logs import mask
from paylake.settings import Settings, get_settings

if TYPE_CHECKING:
    from paylake.landing import LandingSummary

Wait = Annotated[float | None, typer.Option(help="Seconds to wait for another landing to finish.")]


def share(what: str) -> Any:
    """An option for a part of all files, from 0 to 1."""
    return typer.Option(min=0, max=1, metavar="SHARE", help=what)


@command(
    "paylake simulate --out exports\n"
    "paylake simulate --out exports --provider stripe --provider adyen\n"
    "paylake simulate --out merchant --late 0.1 --redelivered 0.1 --disordered 0.2 --damaged 0.02\n"
    "paylake simulate --seed 7 --customers 1000 --start 2025-01-01 --days 730 --out /data/merchant"
)
def simulate(
    out_folder: Annotated[Path, typer.Option("--out", help="Folder to write exports/ and truth/ into.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    customers: Annotated[int, typer.Option(min=1, help="How many customers sign up.")] = 300,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(2025, 1, 1),
    days: Annotated[int, typer.Option(min=1, help="How many days to simulate.")] = 425,
    provider: Annotated[
        list[str] | None, typer.Option(help="Whose exports to write; can be given several times. Default: stripe.")
    ] = None,
    late: Annotated[float, share("Files that come in a later delivery, whole or in part.")] = 0.0,
    redelivered: Annotated[float, share("Files that come again, under the same name or another.")] = 0.0,
    disordered: Annotated[float, share("Files with their records in no order.")] = 0.0,
    damaged: Annotated[float, share("Files that are damaged; whole ones are in repairs/.")] = 0.0,
) -> None:
    """Write the exports of a simulated merchant, and the truth about them as Parquet.

    With one of the last four options exports are in numbered deliveries, a month each.
    """
    from paylake.simulator import simulate as run
    from paylake.simulator.delivery import Delivery

    with err.status("Simulating ...") as line:
        summary = run(
            seed=seed,
            customers=customers,
            start=start.date(),
            days=days,
            providers=provider or ["stripe"],
            delivery=Delivery(late, redelivered, disordered, damaged),
            out=out_folder,
            progress=line.update,
        )
    out.print(str(summary), markup=False)


@command("paylake land\npaylake land exports/stripe\npaylake land s3://bucket/exports --wait 600")
def land(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or fsspec URLs; default: the landing folder.")
    ] = None,
    wait: Wait = None,
) -> None:
    """Land exports into bronze exactly once; prints a line a file; exits 3 when a file was quarantined."""
    from paylake.landing import land as run

    settings = settings_that_wait(wait)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as bar:
        task = bar.add_task("Landing ...", total=None)
        summary = run(paths, settings, progress=lambda text: bar.update(task, description=text))
    print_summary(summary)


def settings_that_wait(seconds: float | None) -> Settings:
    """The settings, with another time to wait for the lake's lock where one is given."""
    settings = get_settings()
    return settings if seconds is None else settings.model_copy(update={"lock_timeout_seconds": seconds})


def print_summary(summary: LandingSummary) -> None:
    """Print what became of each file and of all of them; leave with the exit code that says it."""
    for verdict in summary.files:
        out.print(str(verdict).replace(f"{Path.cwd()}/", ""), markup=False, soft_wrap=True)
    out.print(str(summary), markup=False)
    if summary.counts["quarantined"]:
        out.print("Kept out, and what to do: paylake quarantine list", markup=False)
    if summary.exit_code:
        raise typer.Exit(int(summary.exit_code))


@command("paylake parity\npaylake parity gold_revenue.rpt_mrr_monthly")
def parity(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; default: all of seeds, silver and gold.")] = None,
) -> None:
    """Compare what Spark and the fast lane built from the same bronze; exits 1 where a table differs."""
    from paylake.parity import compare

    compared = []
    with err.status("Comparing ...") as line:
        for found in compare(get_settings(), tables or ()):
            line.update(f"Comparing ... {found.table}")
            compared.append(found)
    different = [found for found in compared if not found.is_equal]
    for found in different:
        out.print(f"[bold red]differs[/] {found.table}: {escape(found.difference)}")
        for engine, rows in (("Spark", found.only_spark), ("Sail", found.only_sail)):
            for row in rows:
                out.print(f"  only on {engine}: {mask(row)}", markup=False, soft_wrap=True)
    rows_compared = sum(found.spark.rows for found in compared if found.spark)
    out.print(f"{len(compared) - len(different)} of {len(compared)} tables are equal ({rows_compared:,} rows).")
    if different or not compared:
        raise typer.Exit(int(ExitCode.FAILED))


@command("paylake lab\npaylake lab --no-browser --port 8890")
def lab(
    port: Annotated[int | None, typer.Option(help="Port of JupyterLab, loopback only.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open JupyterLab with a kernel in which `spark`, `display` and `%%sql` work."""
    from paylake.lab import run_lab

    run_lab(get_settings(), port=port, open_browser=browser)


@command("paylake demo")
def demo() -> None:
    """Run everything once on simulated exports: server, landing, dbt build, report."""
    from paylake.demo import run

    with err.status("Starting ...") as line:
        result = run(get_settings(), line.update)
    table = Table("step", "took", "outcome", box=None)
    for step in result.steps:
        table.add_row(step.name, f"{step.seconds:.1f} s", step.outcome)
    out.print(table)
    out.print(f"Demo took {result.seconds:.0f} s (target: at most 180 s).\n\n[bold]Open next[/bold]")
    out.print(f"  the report  {result.page}\n  the mail    {result.mail}", soft_wrap=True)
    out.print("  the tables  make lab, then notebooks/explore/start_here.ipynb\n  the models  make docs")
