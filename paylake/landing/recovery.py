"""What an earlier landing left behind: its batches finished, what is lost said loudly, its litter removed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import fsspec
import structlog

from paylake.landing import quarantine
from paylake.landing.cases import read_cases
from paylake.landing.ledger import CLAIMED, LANDED, LOST, VERIFIED, Entry, read_history
from paylake.landing.parts import part_url
from paylake.landing.staging import drop_staging

if TYPE_CHECKING:
    from paylake.landing.protocol import Landing

log = structlog.get_logger(module="paylake.landing")


def finish_batches(landing: Landing) -> None:
    """Bring every unfinished batch to its end, oldest first."""
    for batch, entries in sorted(landing.history.unfinished.items()):
        landing.progress(f"Finishing batch {batch}, which a landing left unfinished")
        log.warning("recovering", batch=batch, files=len(entries), state=entries[0].state)
        landing.batch = batch
        landing.claimed = [entry for entry in entries if entry.state == CLAIMED]
        landing.verified = [entry for entry in entries if entry.state == VERIFIED]
        if landing.claimed:
            drop_staging(landing.staging, batch)
            landing.stage()
        else:
            _restage(landing)
        landing.append()
        landing.land()
    if landing.history.unfinished:
        landing.history = read_history(landing.lake.ledger.entries())
    landing.batch, landing.claimed, landing.verified = 0, [], []


def remove_litter(landing: Landing) -> None:
    """Remove what no batch needs any more; write down landings whose last commit is missing.

    Staging may be left of a batch that is done, and bytes in quarantine of a file about which was decided.
    """
    quarantine.remove(landing.quarantine, [case.file_id for case in read_cases(landing.history) if not case.is_open])
    fs, path = fsspec.core.url_to_fs(landing.staging)
    if fs.exists(path) and fs.ls(path, detail=False):
        fs.rm(path, recursive=True)
    landed: dict[int, list[Entry]] = {}
    for entry in landing.history.current.values():
        if entry.state == LANDED:
            landed.setdefault(entry.batch, []).append(entry)
    for batch in sorted(landed.keys() - landing.lake.ledger.landed_batches()) if landed else ():
        landing.write_down(batch, landed[batch])


def _restage(landing: Landing) -> None:
    """Parse again what was verified and is no longer staged; what cannot be parsed again is in bronze, or lost."""
    missing = [entry for entry in landing.verified if not _is_staged(landing, entry)]
    if not missing:
        return
    staged = landing.lake.stage([landing.task(entry) for entry in missing], landing.settings.cores)
    lost = []
    for entry in missing:
        again = staged[entry.file_id]
        if (again.state, again.rows) == (VERIFIED, entry.tables):
            continue
        there = _in_bronze(landing, entry)
        if there != entry.filled:
            reason = f"verified but not appended whole; its staging is gone, and {again.reason}"
            lost.append(replace(entry.to(LOST, reason), rows=json.dumps(there)))
            _unstage(landing, entry)
    if lost:
        landing.lake.ledger.add(LOST, landing.batch, lost)
        landing.history.current |= {entry.key: entry for entry in lost}
        keys = {entry.key for entry in lost}
        landing.verified = [entry for entry in landing.verified if entry.key not in keys]
        for entry in lost:
            landing.tell_entry(entry, LOST)


def _parts(landing: Landing, entry: Entry) -> list[str]:
    schema = landing.provider(entry.provider).schema
    return [part_url(landing.staging, entry.batch, schema, table, entry.file_id) for table in entry.filled]


def _is_staged(landing: Landing, entry: Entry) -> bool:
    fs = fsspec.core.url_to_fs(landing.staging)[0]
    return all(fs.exists(part) for part in _parts(landing, entry))


def _unstage(landing: Landing, entry: Entry) -> None:
    fs = fsspec.core.url_to_fs(landing.staging)[0]
    for part in _parts(landing, entry):
        if fs.exists(part):
            fs.rm_file(part)


def _in_bronze(landing: Landing, entry: Entry) -> dict[str, int]:
    tables = list(entry.filled)
    there = landing.lake.counts(landing.provider(entry.provider), tables, entry.batch, entry.file_id)
    return {table: count for table, count in there.items() if count}
