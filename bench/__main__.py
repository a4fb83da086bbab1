"""`python -m bench`: Paylake against its peers, measured in one run, in turn, over several rounds."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from bench import cards as references
from bench import counts as recorded
from bench import report, workloads
from bench.lakes import Volume, lakes
from bench.landing import landing as land_workload
from paylake.logs import configure

app = typer.Typer(help=__doc__, pretty_exceptions_enable=False)

Rounds = Annotated[int, typer.Option(min=1, help="How often each side is measured, in turn.")]
Customers = Annotated[int, typer.Option(min=1, help="Customers of the simulated merchant.")]
Days = Annotated[int, typer.Option(min=40, help="Days of its business.")]
Files = Annotated[int, typer.Option(min=1, help="Small CSVs that are landed.")]
Rows = Annotated[int, typer.Option(min=1, help="Rows of the CSV that is landed.")]

ROUNDS, CUSTOMERS, DAYS, ROWS, FILES = 3, 100, 200, 1_000_000, 10_000


def measure(
    names: tuple[str, ...], rounds: int, customers: int, days: int, rows: int = ROWS, files: int = FILES
) -> None:
    """Run workloads on the same lakes, print each, store all."""
    found: list[report.Measure] = []
    notes: list[str] = []
    volume = Volume(customers, days)
    with lakes(volume) as prepared:
        steps = {
            "build": lambda: workloads.build(prepared, rounds),
            "fast": lambda: workloads.fast(prepared, rounds, notes),
            "edit": lambda: workloads.edit(prepared, rounds, notes),
            "start": lambda: workloads.start(prepared, rounds),
            "landing": lambda: land_workload(prepared, rounds, rows, files),
        }
        for name in names or steps:
            measures = steps[name]()
            report.show(measures)
            found += measures
    report.store(found, rounds, str(volume), notes)


@app.callback(invoke_without_command=True)
def everything(
    context: typer.Context,
    rounds: Rounds = ROUNDS,
    customers: Customers = CUSTOMERS,
    days: Days = DAYS,
    rows: Rows = ROWS,
    files: Files = FILES,
) -> None:
    """All workloads; or one of them, or the counts."""
    configure("warning")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if context.invoked_subcommand is None:
        measure((), rounds, customers, days, rows, files)


@app.command()
def build(rounds: Rounds = ROUNDS, customers: Customers = CUSTOMERS, days: Days = DAYS) -> None:
    """Full build on warm Spark, against stock dbt-spark on a warm server of stock settings."""
    measure(("build",), rounds, customers, days)


@app.command()
def fast(rounds: Rounds = ROUNDS, customers: Customers = CUSTOMERS, days: Days = DAYS) -> None:
    """Full build on the fast lane, against dbt-duckdb."""
    measure(("fast",), rounds, customers, days)


@app.command()
def edit(rounds: Rounds = ROUNDS, customers: Customers = CUSTOMERS, days: Days = DAYS) -> None:
    """One edited model with children and tests, against stock dbt-spark with a Spark of its own."""
    measure(("edit",), rounds, customers, days)


@app.command()
def start(rounds: Rounds = ROUNDS, customers: Customers = CUSTOMERS, days: Days = DAYS) -> None:
    """From a stopped server to the first answer, on both engines."""
    measure(("start",), rounds, customers, days)


@app.command()
def landing(rounds: Rounds = ROUNDS, rows: Rows = ROWS, files: Files = FILES) -> None:
    """Landing of one large CSV and of many small ones, against a plain read and append."""
    measure(("landing",), rounds, CUSTOMERS, DAYS, rows, files)


@app.command()
def counts(
    engine: Annotated[list[recorded.Engine] | None, typer.Option(help="Which engine; default: both.")] = None,
    accept: Annotated[str, typer.Option(help="Record what is found from now on, for this reason.")] = "",
) -> None:
    """Statements, commits, files and bytes against the recorded ones; exits 1 when one rose by more than a tenth."""
    rises = recorded.run(engine or list(recorded.Engine), accept)
    for line in rises:
        report.say(line)
    raise typer.Exit(1 if rises else 0)


@app.command()
def cards(
    count: Annotated[int, typer.Option(min=1, help="Random references of each length.")] = references.COUNT,
) -> None:
    """How often a random reference is taken for a card number."""
    for line in references.table(count=count):
        report.say(line)


if __name__ == "__main__":
    app()
