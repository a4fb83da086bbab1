"""Brings exports as numbered deliveries, a month each, with what happens to them on the way."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from random import Random

from paylake.simulator.clock import at, months_between
from paylake.simulator.clock import month_of as month_of_instant
from paylake.simulator.delivery.content import File, later, month_of, split
from paylake.simulator.delivery.damage import possible
from paylake.simulator.delivery.missing import missing_rows, told
from paylake.simulator.delivery.options import Delivery
from paylake.simulator.ledger import Ledger
from paylake.simulator.truth.parquet import columns, write_table

DAMAGE = columns("provider path file_id kind currency records:int missing_records:int missing_minor")
"""Columns of the truth about damage."""
LATEST = 3
"""Deliveries by which a file is late at most."""
LATE_PART = 3
"""Of so many records of a file, one is late where not the whole file is."""


def deliver(sent: Path, folder: Path, ledgers: Mapping[str, Ledger], seed: int, options: Delivery) -> int:
    """Bring what providers sent into `folder/exports`, and what was damaged whole into `folder/repairs`.

    The truth gets a table `damage`. The same arguments give the same bytes.

    Args:
        sent: a folder of exports for each provider.
        folder: with the truth; must not have exports yet.
        ledgers: what happened at each provider.
        seed: of the simulation.
        options: what happens on the way.

    Returns:
        Rows of the table `damage`.
    """
    ledger = next(iter(ledgers.values()))
    first, last = at(ledger.start).date().replace(day=1), month_of_instant(ledger.end - 1)
    brought: list[File] = []
    damaged: list[tuple[File, str, bytes]] = []
    for provider in ledgers:
        files = _files(sent, provider, first, last)
        files = _disordered(files, Random(f"{seed}:{provider}:disordered"), options.disordered)
        files = _late(files, Random(f"{seed}:{provider}:late"), options.late)
        lost = _damaged(files, ledgers[provider], Random(f"{seed}:{provider}:damaged"), options.damaged)
        names = {file.path for file, _, _ in lost}
        damaged += lost
        brought += [file for file in files if file.path not in names]
        brought += _again(files, Random(f"{seed}:{provider}:redelivered"), options.redelivered)
    for file in brought:
        _write(folder / "exports", file, first)
    rows = []
    broken = {(file.provider, file.path): (kind, data) for file, kind, data in damaged}
    for file, row in missing_rows([file for file, _, _ in damaged], brought, ledgers):
        kind, data = broken[file.provider, file.path]
        path = _write(folder / "exports", replace(file, data=data), first)
        _write(folder / "repairs", file, first)
        where = {"path": str(path.relative_to(folder / "exports")), "file_id": hashlib.sha256(data).hexdigest()}
        rows.append({"provider": file.provider, "kind": kind, **where, **row})
    return write_table(folder / "truth" / "damage.parquet", DAMAGE, rows)


def _files(sent: Path, provider: str, first: date, last: date) -> list[File]:
    """What a provider sent, each in the delivery of the month that it is of."""
    months = months_between(first, last)
    found = []
    for path in sorted(path for path in (sent / provider).rglob("*") if path.is_file()):
        file = File(provider, PurePosixPath(path.relative_to(sent / provider)), 0, path.read_bytes())
        found.append(replace(file, delivery=months.index(month_of(file, first, last))))
    return found


def _chosen(files: Sequence[File], rng: Random, share: float) -> list[File]:
    """A share of files, and of few files at least one."""
    return rng.sample(files, min(len(files), max(1, round(share * len(files))))) if share and files else []


def _disordered(files: list[File], rng: Random, share: float) -> list[File]:
    changed: dict[PurePosixPath, File] = {}
    for file in _chosen([file for file in files if split(file)], rng, share):
        head, records = split(file) or ("", [])
        rng.shuffle(records)
        changed[file.path] = replace(file, data=file.packed((head + "".join(records)).encode()))
    return [changed.get(file.path, file) for file in files]


def _late(files: list[File], rng: Random, share: float) -> list[File]:
    """Whole files later, or, of every second one of JSON lines, a part of the records in a file of its own."""
    chosen = {file.path for file in _chosen(files, rng, share)}
    found: list[File] = []
    for file in files:
        delivery = file.delivery + rng.randint(1, LATEST)
        records = file.text.splitlines(keepends=True) if file.is_lines else []
        if file.path not in chosen:
            found.append(file)
        elif len(records) < LATE_PART or rng.random() < 0.5:
            found.append(replace(file, delivery=delivery))
        else:
            late = set(rng.sample(range(len(records)), len(records) // LATE_PART))
            parts = [[one for at, one in enumerate(records) if (at in late) == is_late] for is_late in (False, True)]
            now, then = (file.packed("".join(part).encode()) for part in parts)
            path = file.path.with_name(file.path.name.replace(".jsonl", "-late.jsonl"))
            found += [replace(file, data=now), replace(file, path=path, delivery=delivery, data=then)]
    return found


def _again(files: list[File], rng: Random, share: float) -> list[File]:
    """The same bytes, every second time under another name, which sorts before the first and may come with it."""
    found = []
    for number, file in enumerate(_chosen(files, rng, share)):
        if number % 2:
            path = file.path.with_name(f"again-{file.path.name}")
            found.append(replace(file, path=path, delivery=file.delivery + rng.randint(0, LATEST)))
        else:
            found.append(replace(file, delivery=file.delivery + rng.randint(1, LATEST)))
    return found


def _damaged(files: list[File], ledger: Ledger, rng: Random, share: float) -> list[tuple[File, str, bytes]]:
    """Files that hold anything, with the damage that was done least until then, of what they can take."""
    found: list[tuple[File, str, bytes]] = []
    done: Counter[str] = Counter()
    full = [file for file in files if told(file, ledger)] if share else []
    for file in _chosen(full, rng, share):
        left = possible(file)
        kind = min(left, key=lambda name: done[name])
        done[kind] += 1
        found.append((file, kind, left[kind]))
    return found


def _write(folder: Path, file: File, first: date) -> Path:
    name = f"{file.delivery + 1:02d}-{later(first, file.delivery):%Y-%m}"
    path = folder / name / file.provider / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)
    return path
