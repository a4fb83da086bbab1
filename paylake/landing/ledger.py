"""The file ledger: which file reached which state in which batch. Rows are only ever added; the latest state counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from paylake.calendars.expected import Expected
from paylake.landing.cards import mask

CLAIMED, VERIFIED, LANDED = "claimed", "verified", "landed"
QUARANTINED, REDELIVERED, LOST, UNPACKED = "quarantined", "redelivered", "lost", "unpacked"
DISCARDED = "discarded"
SETTLED = frozenset({LANDED, QUARANTINED, REDELIVERED, LOST, UNPACKED, DISCARDED})
_RANK = {CLAIMED: 0, VERIFIED: 1} | dict.fromkeys(SETTLED, 2)


@dataclass(frozen=True)
class Entry:
    """One row of `bronze_ops.files`.

    `path` is also where to read: a path with a card number is never claimed. `at` is when the batch was claimed, in
    epoch seconds. A member of an archive has its name as `member`, the archive's hash as `archive`. `covers_from` and
    `covers_to` are the first and the last day that it is of, as ISO dates, where it says so. `decided_by` and `because`
    say who let it in or discarded it, and why; what a person let in is read from quarantine.
    """

    batch: int
    file_id: str
    state: str
    path: str
    path_key: str
    size: int
    modified: str
    at: float
    provider: str = ""
    export: str = ""
    header_version: str = ""
    rows: str = "{}"
    cells: int = 0
    rescued: int = 0
    bytes: int = 0
    reason: str = ""
    parser: str = ""
    notices: str = "[]"
    is_releasable: bool = False
    archive: str = ""
    member: str = ""
    covers_from: str = ""
    covers_to: str = ""
    decided_by: str = ""
    because: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        """What a state belongs to: the same bytes can be found at two paths in one batch."""
        return self.batch, self.file_id, self.path_key

    @property
    def tables(self) -> dict[str, int]:
        """Rows per bronze table."""
        return {str(table): int(count) for table, count in json.loads(self.rows).items()}

    @property
    def filled(self) -> dict[str, int]:
        """Rows per bronze table that has any."""
        return {table: count for table, count in self.tables.items() if count}

    @property
    def told(self) -> tuple[str, ...]:
        """Its notices."""
        return tuple(json.loads(self.notices))

    @property
    def shown(self) -> Entry:
        """The entry as the ledger may keep it: a member that is quarantined for its name still has that name."""
        return replace(self, member=mask(self.member))

    @property
    def decision(self) -> str:
        """Who decided about it, and why; empty where nobody did."""
        return f"by {self.decided_by}: {self.because}" if self.decided_by else ""

    @property
    def is_released(self) -> bool:
        """Whether a person let it in."""
        return bool(self.decided_by) and self.state != DISCARDED

    def to(self, state: str, reason: str = "") -> Entry:
        """The same file in its next state."""
        return replace(self, state=state, reason=reason or self.reason)


class Decision(NamedTuple):
    """Who decides about files in quarantine, and why."""

    by: str = ""
    because: str = ""


class Ledger(Protocol):
    """Where entries are kept."""

    def entries(self) -> list[Entry]:
        """All entries ever written."""

    def landed_batches(self) -> set[int]:
        """Batches whose landing is written down."""

    def add(self, state: str, batch: int, entries: Sequence[Entry]) -> None:
        """Add the entries of one step of a batch in one commit; a second commit of the same step adds nothing."""

    def land(self, batch: int, files: int, rows: int, quarantined: int) -> None:
        """Write down that a batch landed; once."""

    def expect(self, files: Sequence[Expected]) -> None:
        """Let these be the files that are expected, in one commit; none where they are already."""


@dataclass
class History:
    """What the ledger knows, arranged for landing.

    `partial` names, by file, the tables that had its rows before the file was lost; `members` has, by archive, the last
    entry of each of its members.
    """

    current: dict[tuple[int, str, str], Entry] = field(default_factory=dict)
    landed: dict[str, Entry] = field(default_factory=dict)
    quarantined: dict[str, Entry] = field(default_factory=dict)
    discarded: dict[str, Entry] = field(default_factory=dict)
    partial: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[tuple[str, int, str], str] = field(default_factory=dict)
    unpacked: dict[str, Entry] = field(default_factory=dict)
    members: dict[str, dict[str, Entry]] = field(default_factory=lambda: defaultdict(dict))
    unfinished: dict[int, list[Entry]] = field(default_factory=dict)
    last_batch: int = 0
    last_landed: int = 0


def read_history(entries: Iterable[Entry]) -> History:
    """Arrange the ledger's entries, in whatever order they come."""
    history = History()
    for entry in entries:
        before = history.current.get(entry.key)
        if before is None or _RANK[entry.state] >= _RANK[before.state]:
            history.current[entry.key] = entry
    unfinished: dict[int, list[Entry]] = defaultdict(list)
    for entry in sorted(history.current.values(), key=lambda e: (e.batch, e.path, e.path_key)):
        history.last_batch = max(history.last_batch, entry.batch)
        history.seen[entry.path_key, entry.size, entry.modified] = entry.file_id
        if entry.archive:
            history.members[entry.archive][entry.member] = entry
        if entry.state not in SETTLED:
            unfinished[entry.batch].append(entry)
        elif entry.state == LANDED:
            history.landed[entry.file_id] = entry
            if sum(entry.tables.values()):
                history.last_landed = max(history.last_landed, entry.batch)
        elif entry.state == QUARANTINED:
            history.quarantined[entry.file_id] = entry
        elif entry.state == DISCARDED:
            history.discarded[entry.file_id] = entry
        elif entry.state == UNPACKED:
            history.unpacked[entry.file_id] = entry
        elif entry.state == LOST:
            history.partial[entry.file_id].update(entry.tables)
    history.unfinished = dict(unfinished)
    return history
