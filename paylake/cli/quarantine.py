"""Commands about files in quarantine: see them, let one in, or say that it never enters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paylake.cli.console import app, command, err, out, print_pairs
from paylake.cli.lake import Wait, print_summary, settings_that_wait
from paylake.errors import UsageError
from paylake.logs import mask
from paylake.settings import Settings, get_settings

if TYPE_CHECKING:
    from paylake.landing.cases import Case
    from paylake.landing.ledger import Entry

quarantine = typer.Typer(no_args_is_help=True, help="See what landing keeps out, let a file in, or discard it.")
app.add_typer(quarantine, name="quarantine", rich_help_panel="Lake")

Names = Annotated[list[str], typer.Argument(metavar="FILE", help="Ids (their beginning is enough) or paths.")]
Because = Annotated[str, typer.Option(help="Why; kept in the ledger with your name.")]


@command(
    "paylake quarantine list\npaylake quarantine list --provider paypal\npaylake quarantine list --all",
    name="list",
    to=quarantine,
)
def quarantine_list(
    provider: Annotated[str | None, typer.Option(help="Only files of this provider.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what has left quarantine, and how.")] = False,
) -> None:
    """List the files in quarantine: where each was delivered, what it is, since when, and why it is kept out."""
    from paylake.landing import list_cases

    with err.status("Reading the ledger ..."):
        cases = list_cases(get_settings())
    cases = [case for case in cases if provider in (None, case.verdict.provider) and (everything or case.is_open)]
    for case in cases:
        print_pairs(_lines(case))
    there = [case for case in cases if case.is_open]
    if not there:
        out.print(f"Nothing{f' of {provider}' if provider else ''} is in quarantine.", markup=False)
        return
    releasable = sum(case.is_releasable for case in there)
    out.print(f"{len(there):,} in quarantine, {releasable:,} of them can be released. More: paylake quarantine show ID")


@command(
    "paylake quarantine show 3f2a9c01\npaylake quarantine show exports/paypal/settlement.csv",
    name="show",
    to=quarantine,
)
def quarantine_show(names: Names) -> None:
    """Show all that is known of files in quarantine: verdicts, decisions, where the bytes are, what can be done."""
    from paylake.landing import find_cases

    settings = get_settings()
    with err.status("Reading the ledger ..."):
        cases = find_cases(names, settings)
    for number, case in enumerate(cases):
        out.print("\n" if number else "", end="")
        print_pairs(_facts(case, settings))


@command(
    'paylake quarantine release 3f2a9c01 --because "two rows were cut by hand, agreed with finance"\n'
    'paylake quarantine release 3f2a9c01 77b0e2d4 --because "PayPal confirms the totals"',
    name="release",
    to=quarantine,
)
def quarantine_release(names: Names, because: Because, wait: Wait = None) -> None:
    """Let files into bronze although a total or a format differs; never a file with a card number or with damage."""
    from paylake.landing import release

    with err.status("Releasing ...") as line:
        summary = release(names, because, settings_that_wait(wait), progress=line.update)
    print_summary(summary)


@command(
    'paylake quarantine discard 3f2a9c01 --because "a test export"\n'
    'paylake quarantine discard 3f2a9c01 --because "holds card numbers; exported again without them" --yes',
    name="discard",
    to=quarantine,
)
def quarantine_discard(
    names: Names,
    because: Because,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wait: Wait = None,
) -> None:
    """Say of files that they never enter: their bytes are removed for good, the ledger's rows of them stay."""
    from paylake.landing import discard, find_cases

    settings = settings_that_wait(wait)
    if not yes:
        if not is_interactive():
            raise UsageError("Discarding removes bytes for good, and nobody is here to be asked.", "Add --yes.")
        cases = find_cases(names, settings)
        for case in cases:
            print_pairs(_lines(case))
        typer.confirm("Remove the bytes for good? The same bytes will never be landed.", abort=True)
        names = [case.file_id for case in cases]
    with err.status("Discarding ...") as line:
        summary = discard(names, because, settings, progress=line.update)
    print_summary(summary)


def is_interactive() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()


def _shown(path: str) -> str:
    return path.removeprefix(f"{Path.cwd()}/")


def _state(case: Case) -> str:
    if not case.is_open:
        return f"{case.state} {case.last.decision}".strip()
    if case.state != "quarantined":
        return "its landing was not finished"
    return "can be released" if case.is_releasable else "cannot be released"


def _kind(entry: Entry) -> str:
    return f"{entry.provider} {entry.export}" if entry.provider else "no known export"


def _lines(case: Case) -> Iterator[tuple[str, str]]:
    yield case.short, _shown(case.verdict.path)
    yield "", mask(f"{_kind(case.verdict)}, since {case.since:%Y-%m-%d}, {_state(case)}")
    yield "", mask(case.verdict.reason)


def _facts(case: Case, settings: Settings) -> Iterator[tuple[str, str]]:
    from paylake.landing.quarantine import kept_file

    verdict = case.verdict
    yield "file", _shown(verdict.path)
    yield from (("also at", _shown(path)) for path in case.paths if path != verdict.path)
    yield "export", f"{_kind(verdict)}, {verdict.size:,} bytes"
    yield "state", mask(f"since {case.since:%Y-%m-%d %H:%M} UTC, {_state(case)}" if case.is_open else _state(case))
    yield "reason", mask(verdict.reason)
    yield "sha256", case.file_id
    if verdict.archive:
        yield "archive", f"{verdict.archive} (sha256), member {verdict.member}"
    yield "judged", f"in batch {verdict.batch} by paylake {verdict.parser}"
    kept = kept_file(settings.lake_path / "quarantine", case.file_id)
    yield "kept", _shown(str(kept)) if kept else "nothing"
    for number, line in enumerate(dict.fromkeys(_history(case))):
        yield "" if number else "history", line
    yield from _next(case)


def _history(case: Case) -> Iterator[str]:
    for entry in case.entries:
        when = f"{datetime.fromtimestamp(entry.at, UTC):%Y-%m-%d %H:%M} UTC  batch {entry.batch}  "
        if entry.is_released:
            yield when + mask(f"released {entry.decision}")
        if entry.state == "discarded":
            yield when + mask(f"discarded {entry.decision}")
        else:
            told = f"{sum(entry.tables.values()):,} rows" if entry.state == "landed" else entry.reason
            yield when + entry.state + (f": {mask(told)}" if told else "")


def _next(case: Case) -> Iterator[tuple[str, str]]:
    if case.is_releasable:
        yield "release", f'paylake quarantine release {case.short} --because "..."'
    if case.state == "quarantined":
        yield "correct", "where it comes from, and land it again: other bytes are another file"
        yield "discard", f'paylake quarantine discard {case.short} --because "..."'
    elif case.is_open:
        yield "finish", "paylake land"
