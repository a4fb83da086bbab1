"""Cases: what the ledger knows of each file that is or was in quarantine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from paylake.errors import UsageError
from paylake.landing.cards import mask
from paylake.landing.ledger import CLAIMED, DISCARDED, LANDED, QUARANTINED, UNPACKED, VERIFIED, Entry, History

SHORT = 12
"""Digits of a file's hash that are shown."""
_ID = re.compile(r"[0-9a-f]{4,64}")
_TELLING = (CLAIMED, VERIFIED, QUARANTINED, UNPACKED)


@dataclass(frozen=True)
class Case:
    """A file that is or was in quarantine, with the last state of each of its deliveries and decisions, in their order.

    Its identity is its bytes, however often and wherever they were delivered.
    """

    file_id: str
    entries: tuple[Entry, ...]

    @property
    def short(self) -> str:
        """The beginning of its id, by which a person names it."""
        return self.file_id[:SHORT]

    @property
    def verdict(self) -> Entry:
        """The last verdict that kept it out."""
        return [entry for entry in self.entries if entry.state == QUARANTINED][-1]

    @property
    def state(self) -> str:
        """Landed, discarded, unpacked, claimed or verified (a landing of it was not finished), else quarantined."""
        states = [entry.state for entry in self.entries]
        settled = [state for state in (LANDED, DISCARDED) if state in states]
        return settled[0] if settled else [state for state in states if state in _TELLING][-1]

    @property
    def last(self) -> Entry:
        """The entry that its state comes from."""
        return [entry for entry in self.entries if entry.state == self.state][-1]

    @property
    def is_open(self) -> bool:
        """Whether it is in quarantine now."""
        return self.state in (QUARANTINED, CLAIMED, VERIFIED)

    @property
    def is_releasable(self) -> bool:
        """Whether a person may let it in."""
        return self.state == QUARANTINED and self.verdict.is_releasable

    @property
    def since(self) -> datetime:
        """When it was first kept out."""
        return datetime.fromtimestamp(min(e.at for e in self.entries if e.state == QUARANTINED), UTC)

    @property
    def paths(self) -> list[str]:
        """Where it was delivered, each path once."""
        return list(dict.fromkeys(entry.path for entry in self.entries))

    def is_named(self, name: str) -> bool:
        """Whether a person can mean it: by the beginning of its id, or by a path or the end of one."""
        end = f"/{mask(name).removeprefix('./')}"
        is_id = bool(_ID.fullmatch(name)) and self.file_id.startswith(name)
        return is_id or any(path == end[1:] or path.endswith(end) for path in self.paths)


def read_cases(history: History) -> list[Case]:
    """All cases, the oldest first."""
    entries: dict[str, list[Entry]] = {file_id: [] for file_id in history.quarantined}
    found = (entry for entry in history.current.values() if entry.file_id in entries)
    for entry in sorted(found, key=lambda entry: (entry.batch, entry.path)):
        entries[entry.file_id].append(entry)
    cases = (Case(file_id, tuple(known)) for file_id, known in entries.items())
    return sorted(cases, key=lambda case: (case.since, case.verdict.path))


def choose(cases: Sequence[Case], names: Iterable[str]) -> list[Case]:
    """The cases that a person names, each once; of several with one name the one that is in quarantine now.

    Raises:
        UsageError: a name fits none, or several.
    """
    chosen: dict[str, Case] = {}
    for name in names:
        named = [case for case in cases if case.is_named(name)]
        fit = [case for case in named if case.is_open] or named
        if not fit:
            raise UsageError(
                f"No file that is or was in quarantine has the id or the path {mask(name)!r}.",
                "See `paylake quarantine list --all`; an id may be cut to four characters or more.",
            )
        if len(fit) > 1:
            told = "".join(f"\n  {case.short}  {case.verdict.path}" for case in fit)
            raise UsageError(f"{mask(name)!r} fits {len(fit)} files:{told}", "Name one of them by its id.")
        chosen[fit[0].file_id] = fit[0]
    return list(chosen.values())
