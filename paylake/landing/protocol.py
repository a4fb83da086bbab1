"""The landing protocol: recover, discover, recognise, claim, stage, append, land, expect.

Each step may be the last before a crash: it leaves ledger, staging and bronze in a state that `recover` understands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from paylake.calendars.definition import known_calendars
from paylake.calendars.expected import expected_files
from paylake.errors import UsageError
from paylake.landing import quarantine, recovery
from paylake.landing.appending import append_rows
from paylake.landing.archives import Limits
from paylake.landing.cards import mask
from paylake.landing.claims import claim_offered, known
from paylake.landing.discovery import Content, Found, find_files, read_contents
from paylake.landing.lake import Lake
from paylake.landing.ledger import (
    DISCARDED,
    LANDED,
    QUARANTINED,
    VERIFIED,
    Decision,
    Entry,
    History,
    read_history,
)
from paylake.landing.staging import FileTask, drop_staging
from paylake.landing.verdicts import FileVerdict, LandingSummary
from paylake.providers import Provider
from paylake.providers.known import known_providers, version_of
from paylake.settings import Settings

log = structlog.get_logger(module="paylake.landing")


def nothing(*_: object) -> None:
    """A callback for nobody."""


class Landing:
    """One run of the protocol on one lake; the caller holds the lock.

    Args:
        settings: the lake.
        lake: where it writes.
        paths: files, folders or URLs.
        on_file: told of each file's verdict.
        progress: told in words what is going on.
        hook: told each point of the protocol that is passed; tests stop there.
    """

    def __init__(
        self,
        settings: Settings,
        lake: Lake,
        paths: Sequence[str],
        *,
        on_file: Callable[[FileVerdict], None] = nothing,
        progress: Callable[[str], None] = nothing,
        hook: Callable[[str], None] = nothing,
    ) -> None:
        self.settings, self.lake, self.paths = settings, lake, paths
        self.on_file, self.progress, self.hook = on_file, progress, hook
        self.staging = str(settings.lake_path / "staging")
        self.quarantine = settings.lake_path / "quarantine"
        self.decision = Decision()
        self.providers = known_providers(settings)
        self.parser = version_of(self.providers)
        self.calendars = known_calendars(settings)
        self.limits = Limits(settings.archive_members, settings.archive_mb << 20, settings.archive_ratio)
        self.summary = LandingSummary()
        self.history = History()
        self.found: list[Found] = []
        self.offered: list[Content] = []
        self.batch = 0
        self.claimed: list[Entry] = []
        self.verified: list[Entry] = []
        self.kept_out: list[Entry] = []
        self.prepared: set[str] = set()
        self.copies: list[Entry] = []

    def steps(self) -> dict[str, Callable[[], None]]:
        """The steps by name, in their order."""
        return {
            "recover": self.recover,
            "discover": self.discover,
            "recognise": self.recognise,
            "claim": self.claim,
            "stage": self.stage,
            "append": self.append,
            "land": self.land,
            "expect": self.expect,
        }

    def run(self) -> LandingSummary:
        """All steps."""
        for name, step in self.steps().items():
            self.hook(f"before {name}")
            step()
            self.hook(f"after {name}")
        has_rows = any(sum(entry.tables.values()) for entry in self.verified)
        self.summary.batch = self.batch if has_rows else self.history.last_landed
        return self.summary

    def provider(self, name: str) -> Provider:
        """A provider that the ledger names.

        Raises:
            UsageError: its mapping is gone.
        """
        if name not in self.providers:
            raise UsageError(
                f"The ledger has files of {name!r}, which no module and no mapping declares.",
                f"Put its mapping back into {self.settings.mappings_path}, then run `paylake land` again.",
            )
        return self.providers[name]

    def tell(self, verdict: FileVerdict) -> None:
        """Take down a file's verdict."""
        self.summary.files.append(verdict)
        self.on_file(verdict)
        log.debug("file", **{name: value for name, value in vars(verdict).items() if value and name != "rows"})

    def tell_entry(self, entry: Entry, status: str) -> None:
        """Take down a verdict from the ledger."""
        rows = entry.tables if status == LANDED else {}
        notices = entry.told if status == LANDED else ()
        reason = entry.decision if entry.state == DISCARDED else entry.reason
        what = (entry.file_id, entry.provider, entry.export, rows, reason, notices)
        self.tell(FileVerdict(entry.path, status, *what))

    def recover(self) -> None:
        """Finish every batch that an earlier run left unfinished; remove what it left lying about."""
        self.history = read_history(self.lake.ledger.entries())
        recovery.finish_batches(self)
        recovery.remove_litter(self)

    def discover(self) -> None:
        """Find files; what is known by path, size and time is not read again, what `recover` told of not told again."""
        self.progress("Looking for files")
        finished = {(verdict.path, verdict.file_id) for verdict in self.summary.files}
        for found in find_files(self.paths, self.tell):
            file_id = self.history.seen.get((found.path_key, found.size, found.modified), "")
            shown = mask(found.url)
            told = None if (shown, file_id) in finished else known(self.history, file_id, shown, self.parser)
            if told is not None:
                for entry, status in told:
                    if (entry.path, entry.file_id) not in finished:
                        self.tell_entry(entry, status)
            elif (shown, file_id) not in finished:
                self.found.append(found)

    def recognise(self) -> None:
        """Hash what is new by name, and recognise it by its content."""
        for number, content in enumerate(read_contents(self.found, self.providers, self.limits), 1):
            self.progress(f"Read {number} files")
            if isinstance(content, FileVerdict):
                self.tell(content)
            elif content.archive not in self.history.discarded:
                self.offered.append(content)

    def claim(self) -> None:
        """Give the new files a batch, in one commit; known bytes are noted as redelivered, strange ones quarantined."""
        if self.offered:
            claim_offered(self)

    def keep_out(self, files: Sequence[tuple[str, Entry]]) -> None:
        """Keep files in quarantine, by their paths and entries."""
        quarantine.keep_all(self.quarantine, files, self.limits)
        self.kept_out += [entry for _, entry in files]

    def task(self, entry: Entry) -> FileTask:
        """The workers' task for a file; what a person let in is read from quarantine, for its source may be gone."""
        kept = quarantine.kept_file(self.quarantine, entry.file_id) if entry.is_released else None
        return FileTask(
            entry.path, entry.file_id, entry.batch, entry.at, entry.provider, entry.export, entry.header_version,
            self.staging, tuple(sorted(self.history.partial.get(entry.file_id, ()))),
            entry.is_released, self.provider(entry.provider).mapping, "" if kept else entry.member, self.limits,
            source=str(kept or ""),
        )  # fmt: skip

    def stage(self) -> None:
        """Let the workers parse the claimed files while the server makes missing tables; verdicts in one commit."""
        if not self.claimed:
            return
        self.progress(f"Parsing {len(self.claimed)} files")
        tasks = [self.task(entry) for entry in sorted(self.claimed, key=lambda entry: -entry.size)]
        with ThreadPoolExecutor(1) as pool:
            tables = pool.submit(self.prepare, {entry.provider for entry in self.claimed})
            staged = self.lake.stage(tasks, self.settings.cores)
            tables.result()
        self.hook("inside stage")
        judged = []
        for entry in self.claimed:
            verdict = staged[entry.file_id]
            entry = replace(
                entry, state=verdict.state, rows=json.dumps(verdict.rows), cells=verdict.cells,
                rescued=verdict.rescued, bytes=verdict.bytes, reason=verdict.reason,
                notices=json.dumps(list(verdict.notices), ensure_ascii=False), is_releasable=verdict.is_releasable,
                covers_from=verdict.covers_from, covers_to=verdict.covers_to,
            )  # fmt: skip
            judged.append(entry)
        self.keep_out([(entry.path, entry) for entry in judged if entry.state == QUARANTINED])
        self.lake.ledger.add(VERIFIED, self.batch, judged)
        self.verified = [entry for entry in judged if entry.state == VERIFIED]
        for entry in judged:
            if entry.state != VERIFIED:
                self.tell_entry(entry, entry.state)

    def prepare(self, providers: Iterable[str]) -> None:
        """Make the missing tables of providers, once a run."""
        for name in sorted(set(providers) - self.prepared):
            self.lake.ensure_provider(self.provider(name))
            self.prepared.add(name)

    def append(self) -> None:
        """Add the staged rows to bronze: one commit a table, each once."""
        for name in sorted({entry.provider for entry in self.verified}):
            append_rows(self, self.provider(name), [entry for entry in self.verified if entry.provider == name])

    def land(self) -> None:
        """Write down that the batch landed, and remove its staging."""
        if self.verified:
            self.lake.ledger.add(LANDED, self.batch, [entry.to(LANDED) for entry in self.verified])
            self.hook("inside land")
            self.write_down(self.batch, self.verified)
        quarantine.remove(self.quarantine, [entry.file_id for entry in self.verified])
        if self.batch:
            drop_staging(self.staging, self.batch)
        for entry in self.verified:
            self.tell_entry(entry, LANDED)
        self._tell_copies()

    def expect(self) -> None:
        """Write down which files the calendars expect by now."""
        self.lake.ledger.expect(expected_files(self.calendars, datetime.now(UTC)))

    def _tell_copies(self) -> None:
        """Files whose bytes are also those of another file of the batch share its fate."""
        fates = {verdict.file_id: verdict for verdict in self.summary.files}
        for entry in self.copies:
            fate = fates[entry.file_id]
            status = "already_landed" if fate.status == LANDED else fate.status
            self.tell_entry(replace(entry, reason=fate.reason), status)
        self.copies = []

    def write_down(self, batch: int, entries: Sequence[Entry]) -> None:
        """Note in the ledger that a batch landed."""
        current = [*self.history.current.values(), *self.kept_out]
        kept = len({entry.key for entry in current if entry.batch == batch and entry.state == QUARANTINED})
        rows = sum(sum(entry.tables.values()) for entry in entries)
        self.lake.ledger.land(batch, len(entries), rows, kept)
