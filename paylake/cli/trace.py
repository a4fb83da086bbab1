"""The command that follows an identifier back to its files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from paylake.cli.console import command, err, out
from paylake.settings import get_settings

if TYPE_CHECKING:
    from paylake.lineage import Record, Trace


@command(
    "paylake trace stripe ch_3NxT2eLkdIwHu7ix\n"
    "paylake trace stripe ch_3NxT2eLkdIwHu7ix --follow 2\n"
    "paylake trace adyen 8815329842815468 --json"
)
def trace(
    provider: Annotated[str, typer.Argument(help="Whose identifier it is: stripe, adyen, ...")],
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A payment, charge, payout, order: as sent.")],
    follow: Annotated[
        int, typer.Option(help="Steps to go on: 1 to the charge's balance transaction, 2 to its payout.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every record of a payment with its file, record number and batch; exits 1 when there is none."""
    from paylake.lineage import trace as run

    with err.status(f"Tracing in {escape(provider)}'s bronze ..."):
        found = run(provider, identifier, get_settings(), follow=follow)
    if as_json:
        out.print(json.dumps(found.to_dict(), indent=1, ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        _print(found)


def _print(found: Trace) -> None:
    for first, records in found.by_file():
        landed = f"landed {first.landed_at:%Y-%m-%d %H:%M:%S} UTC in batch {first.batch}"
        out.print(f"[bold]{escape(first.file)}[/]\n{landed}, sha256 {first.file_id[:12]}", soft_wrap=True)
        names = ("step", "table", "record", "found in", "identifiers, values")
        table = Table(*(Column(name, overflow="fold") for name in names), box=None, padding=(0, 2, 0, 0))
        for record in records:
            table.add_row(*map(escape, _row(record, found.identifier)))
        out.print(table)
        out.print()
    for note in found.notes:
        out.print(note, markup=False, soft_wrap=True)
    files = len({record.file_id for record in found.records})
    out.print(f"{len(found.records):,} records in {files:,} files; looked in {len(found.looked_in)} tables.")


def _row(record: Record, traced: str) -> tuple[str, ...]:
    found = [
        ", ".join(columns) if identifier == traced else f"{', '.join(columns)} = {identifier}"
        for identifier, columns in record.found.items()
    ]
    told = [f"{name} {value}" for name, value in {**record.identifiers, **record.values}.items() if not _is_zero(value)]
    return str(record.hop), record.table, str(record.record), "\n".join(found), ", ".join(told)


def _is_zero(value: str) -> bool:
    return not value.strip("-0.")
