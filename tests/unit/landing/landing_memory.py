"""A lake in memory and a merchant who delivers to it, for tests that crash the protocol wherever it can crash."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from paylake.calendars import Expected
from paylake.landing import quarantine
from paylake.landing.cases import Case, read_cases
from paylake.landing.decisions import Discard, Release
from paylake.landing.ledger import Decision, Entry, History, read_history
from paylake.landing.protocol import Landing
from paylake.landing.staging import FileTask, Staged, parse_file
from paylake.landing.verdicts import LandingSummary
from paylake.providers import Provider
from paylake.settings import Settings

STEPS = ("recover", "discover", "recognise", "claim", "stage", "append", "land", "expect")
INSIDE = ("inside claim", "inside stage", "inside append charges", "inside append customers", "inside land")
POINTS = (*(f"{when} {step}" for step in STEPS for when in ("before", "after")), *INSIDE)
WHOLE = {"charges": 2, "customers": 1}
"""Rows of each of the exports that these tests deliver."""
ODD = {"transactions": 1, "charge_events": 1}
"""Rows of each export that a person may let in: an amount in it is written in words."""


class Crash(Exception):
    """The process ends here."""


@dataclass
class MemoryLedger:
    """The ledger as Delta keeps it: a step of a batch is committed once."""

    rows: list[Entry] = field(default_factory=list)
    commits: dict[str, int] = field(default_factory=dict)
    batches: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    expected: list[Expected] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        return list(self.rows)

    def landed_batches(self) -> set[int]:
        return set(self.batches)

    def add(self, state: str, batch: int, entries: Sequence[Entry]) -> None:
        if batch > self.commits.get(state, 0):
            self.commits[state] = batch
            self.rows.extend(entries)

    def land(self, batch: int, files: int, rows: int, quarantined: int) -> None:
        self.batches.setdefault(batch, (files, rows, quarantined))

    def expect(self, files: Sequence[Expected]) -> None:
        self.expected = list(files)


@dataclass
class MemoryLake:
    """Bronze as Delta keeps it: one commit a batch and table, skipped when it or a later one happened before."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    rows: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    paths: dict[str, set[str]] = field(default_factory=dict)

    def stage(self, tasks: Sequence[FileTask], cores: int | None) -> dict[str, Staged]:
        return {task.file_id: parse_file(task) for task in tasks}

    def ensure_provider(self, provider: Provider) -> None:
        pass

    def append(self, provider: Provider, table: str, folder: str, batch: int, size: int) -> None:
        name = f"{provider.schema}.{table}"
        is_new = all(batch > other for there, other in self.rows if there == name)
        if is_new and Path(folder).exists():
            columns = ["_file_id", "_file_path"]
            parts = [pq.read_table(part, columns=columns) for part in sorted(Path(folder).glob("*.parquet"))]
            rows = [row for part in parts for row in part.to_pylist()]
            self.rows[name, batch] = [row["_file_id"] for row in rows]
            for row in rows:
                self.paths.setdefault(row["_file_id"], set()).add(row["_file_path"])

    def tuned(self) -> AbstractContextManager[None]:
        return nullcontext()

    def appended(self, provider: Provider, tables: Sequence[str], batch: int) -> dict[str, int]:
        return self.counts(provider, tables, batch)

    def counts(self, provider: Provider, tables: Sequence[str], batch: int, file_id: str = "") -> dict[str, int]:
        found = {table: self.rows.get((f"{provider.schema}.{table}", batch), []) for table in tables}
        return {table: sum(f == file_id or not file_id for f in files) for table, files in found.items()}

    def rows_of_files(self) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = {}
        for (table, _), files in self.rows.items():
            for file_id in files:
                found.setdefault(file_id, Counter())[table.partition(".")[2]] += 1
        return {file_id: dict(counts) for file_id, counts in found.items()}


class Merchant:
    """Delivers exports to a lake that crashes."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(project=folder, lake=folder / "lake")
        self.exports = folder / "exports"
        self.exports.mkdir()
        self.lake = MemoryLake()
        self.delivered: dict[str, bytes] = {}

    def deliver(self, *numbers: int, good: bool = True) -> None:
        for number in numbers:
            charges = "".join(f'{{"id":"ch_{number}{c}x","object":"charge"}}\n' for c in "ab")
            text = charges + f'{{"id":"cus_{number}x","object":"customer"}}\n' + ("" if good else '{"torn')
            self.put(f"{'good' if good else 'bad'}{number}.jsonl", text)

    def deliver_odd(self, number: int, end: str = "") -> str:
        """Deliver a file that a person may let in, unless its end is bad; returns its id."""
        sale = f'{{"id":"AFF{number}","authorization_expiration":"2026-02-28T10:00:00Z","amount":"five"}}\n'
        event = f'{{"id":"EVENT{number}","type":"capture","created":"2026-01-30T10:00:00Z"}}\n'
        return self.put(f"odd{number}.jsonl", sale + event + end)

    def put(self, name: str, text: str) -> str:
        """Deliver a text; returns its id."""
        self.delivered[name] = text.encode()
        (self.exports / name).write_bytes(text.encode())
        return hashlib.sha256(text.encode()).hexdigest()

    def deliver_archive(self, *numbers: int) -> None:
        self.deliver(*numbers)
        self.deliver(0, good=False)
        files = [self.exports / name for name in self.delivered]
        with zipfile.ZipFile(self.exports / "all.zip", "w") as archive:
            for file in files:
                archive.write(file, f"in/{file.name}")
                file.unlink()

    def deliver_again(self) -> None:
        for name, data in self.delivered.items():
            (self.exports / name).write_bytes(data)

    def land(self, crash_at: str = "") -> LandingSummary | None:
        return self.run(Landing, crash_at, [str(self.exports)])

    def release(self, *names: str, crash_at: str = "") -> LandingSummary | None:
        return self.run(Release, crash_at, names, Decision("anna", "checked by hand"))

    def discard(self, *names: str, crash_at: str = "") -> LandingSummary | None:
        return self.run(Discard, crash_at, names, Decision("ben", "a test of theirs"))

    def run(self, kind: type[Landing], crash_at: str, *arguments: Any) -> LandingSummary | None:
        def hook(point: str) -> None:
            if point == crash_at:
                raise Crash(point)

        try:
            return kind(self.settings, self.lake, *arguments, hook=hook).run()
        except Crash:
            return None

    @property
    def history(self) -> History:
        return read_history(self.lake.ledger.entries())

    @property
    def cases(self) -> dict[str, Case]:
        return {case.file_id: case for case in read_cases(self.history)}

    def kept(self, file_id: str) -> bytes | None:
        path = quarantine.kept_file(self.settings.lake_path / "quarantine", file_id)
        return path.read_bytes() if path else None

    def lose_staging(self) -> None:
        shutil.rmtree(self.settings.lake_path / "staging", ignore_errors=True)

    def lose_sources(self) -> None:
        for path in self.exports.iterdir():
            path.unlink()

    def check_whole(self) -> None:
        """All that was delivered is in bronze once or in quarantine, and the ledger says the same."""
        self.deliver_again()
        summary = self.land()
        assert summary is not None
        bad = sum(name.startswith("bad") for name in self.delivered)
        assert summary.counts["quarantined"] == bad
        assert summary.counts["lost"] == 0
        assert list(self.lake.rows_of_files().values()) == [WHOLE] * (len(self.delivered) - bad)
        assert not list((self.settings.lake_path / "staging").glob("*"))
        last = self.land()
        assert last is not None
        assert last.rows == 0
