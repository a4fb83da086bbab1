"""Staged rows into bronze: one commit a table, each once, and what is there counted afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING

from paylake.errors import PaylakeError
from paylake.landing.bronze import LARGE, WRITERS
from paylake.landing.ledger import LOST, Entry
from paylake.landing.parts import part_folder
from paylake.landing.staging import staged_bytes
from paylake.providers import Provider

if TYPE_CHECKING:
    from paylake.landing.protocol import Landing


def append_rows(landing: Landing, provider: Provider, entries: Sequence[Entry]) -> None:
    """Add the staged rows of a provider's files to its tables; what the batch appended before is skipped.

    Raises:
        PaylakeError: a table has other rows of the batch than were staged.
    """
    landing.prepare({provider.name})
    staged: Counter[str] = Counter()
    for entry in entries:
        staged.update(entry.filled)
    wanted = Counter(staged)
    for entry in landing.history.current.values():
        if (entry.batch, entry.state, entry.provider) == (landing.batch, LOST, provider.name):
            wanted.update(entry.tables)
    folders = {t: part_folder(landing.staging, landing.batch, provider.schema, t) for t in sorted(staged)}
    sizes = {table: staged_bytes(folder) for table, folder in folders.items()}

    def one(table: str) -> None:
        landing.hook(f"inside append {table}")
        landing.lake.append(provider, table, folders[table], landing.batch, sizes[table])
        landing.progress(f"Appended {provider.schema}.{table}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, [table for table in folders if sizes[table] < LARGE]))
    large = [table for table in folders if sizes[table] >= LARGE]
    with landing.lake.tuned() if large else nullcontext():
        for table in large:
            one(table)
    _check(landing, provider, wanted)


def _check(landing: Landing, provider: Provider, wanted: Counter[str]) -> None:
    landing.progress(f"Checking what was appended to {provider.name}'s tables")
    there = landing.lake.appended(provider, list(wanted), landing.batch)
    for table, count in wanted.items():
        if (found := there[table]) != count:
            raise PaylakeError(
                f"{provider.schema}.{table} has {found:,} rows of batch {landing.batch}, and {count:,} were staged.",
                "Bronze and bronze_ops do not belong together: restore both to the same time, then land again.",
            )
