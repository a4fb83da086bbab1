"""Decisions about files in quarantine: a person lets one in, or says that it never enters; the ledger keeps both."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from paylake.errors import UsageError
from paylake.landing import quarantine
from paylake.landing.cards import mask
from paylake.landing.cases import Case, choose, read_cases
from paylake.landing.claims import open_batch
from paylake.landing.connection import open_lake
from paylake.landing.discovery import Content, Found, find_files, read_content
from paylake.landing.lake import Lake
from paylake.landing.ledger import DISCARDED, LANDED, QUARANTINED, Decision, read_history
from paylake.landing.lock import landing_lock
from paylake.landing.protocol import Landing, nothing
from paylake.landing.verdicts import LandingSummary
from paylake.settings import Settings


class Deciding(Landing):
    """The protocol for files that a person names; the caller holds the lock.

    Args:
        settings: the lake.
        lake: where it writes.
        names: the files, by the beginning of their id or by path.
        decision: who decides, and why.
        callbacks: as of a landing.
    """

    def __init__(
        self, settings: Settings, lake: Lake, names: Sequence[str], decision: Decision, **callbacks: Any
    ) -> None:
        super().__init__(settings, lake, (), **callbacks)
        self.names, self.decision = names, decision

    def chosen(self) -> list[Case]:
        """The named cases, after what an earlier run left unfinished was finished."""
        return choose(read_cases(self.history), self.names)


class Release(Deciding):
    """Lets files in by the steps of a landing: read from quarantine, and without heed to totals and formats."""

    def steps(self) -> dict[str, Callable[[], None]]:
        """The steps by name, in their order."""
        return {name: step for name, step in super().steps().items() if name != "discover"}

    def recognise(self) -> None:
        """Offer what is to be let in, under the path where it was delivered; tell what landed before.

        Raises:
            UsageError: one of the files cannot be let in; none of them is then.
        """
        told = {verdict.file_id for verdict in self.summary.files}
        for case in self.chosen():
            if case.state != LANDED:
                self.offered.append(self._content(case))
            elif case.file_id not in told:
                self.tell_entry(self.history.landed[case.file_id], "already_landed")

    def _content(self, case: Case) -> Content:
        entry = case.verdict
        if case.state != QUARANTINED:
            raise _not_there(case)
        if not entry.is_releasable:
            raise _not_releasable(case, entry.reason)
        kept = quarantine.kept_file(self.quarantine, case.file_id)
        found = find_files([str(kept)], self.tell) if kept else []
        content = read_content(found[0], self.providers, self.limits)[0] if found else None
        if not isinstance(content, Content) or content.file_id != case.file_id:
            raise UsageError(
                f"{entry.path} cannot be released: its bytes are no longer kept, or were changed.",
                f"Remove {self.quarantine / case.file_id}, copy the file anew to where it is landed from, land it, and "
                "release it then.",
            )
        if content.recognised is None:
            raise _not_releasable(case, content.reason)
        delivered = Found(entry.path, entry.size, entry.modified, entry.member)
        return replace(content, found=delivered, archive=entry.archive)


class Discard(Deciding):
    """Says of files that they never enter; their bytes are removed, and known when they are delivered again."""

    def steps(self) -> dict[str, Callable[[], None]]:
        """The steps by name, in their order."""
        return {"recover": self.recover, "discard": self.discard}

    def discard(self) -> None:
        """Write the decision down in one commit, then remove the bytes; what was discarded before is told.

        Raises:
            UsageError: one of the files is not in quarantine; none of them is discarded then.
        """
        entries = []
        self.batch, at = self.history.last_batch + 1, round(time.time(), 3)
        by, because = self.decision
        for case in self.chosen():
            if case.state == DISCARDED:
                self.tell_entry(self.history.discarded[case.file_id], DISCARDED)
            elif case.state != QUARANTINED:
                raise _not_there(case)
            else:
                entry = replace(case.verdict.to(DISCARDED), batch=self.batch, at=at)
                entries.append(replace(entry, decided_by=by, because=because))
        if not entries:
            return
        open_batch(self, DISCARDED, entries)
        self.hook("inside discard")
        quarantine.remove(self.quarantine, [entry.file_id for entry in entries])
        for entry in entries:
            self.tell_entry(entry, DISCARDED)


def _not_releasable(case: Case, reason: str) -> UsageError:
    return UsageError(
        f"{case.verdict.path} cannot be released: {reason}.",
        "Have it corrected where it comes from, and land it again: other bytes are another file. What will never be "
        f'needed: `paylake quarantine discard {case.short} --because "..."`.',
    )


def _not_there(case: Case) -> UsageError:
    last = case.last
    told = f"{case.state} in batch {last.batch} {last.decision}".strip()
    return UsageError(
        f"{last.path} is no longer in quarantine: {told}.", "Nothing was decided. See `paylake quarantine list`."
    )


def list_cases(settings: Settings, *, spark: Any = None) -> list[Case]:
    """All files that are or were in quarantine, the oldest first.

    Args:
        settings: the lake.
        spark: a session to use; default a new one on the configured server.

    Raises:
        ServerNotRunning: no server answers, or it went away.
    """
    with open_lake(settings, spark) as lake:
        return read_cases(read_history(lake.ledger.entries()))


def find_cases(names: Sequence[str], settings: Settings, *, spark: Any = None) -> list[Case]:
    """The files that are or were in quarantine and that a person names.

    Args:
        names: each the beginning of an id (four characters or more), a path, or the end of one.
        settings: the lake.
        spark: a session to use; default a new one on the configured server.

    Raises:
        UsageError: a name fits none, or several.
        ServerNotRunning: no server answers, or it went away.
    """
    return choose(list_cases(settings, spark=spark), names)


def release(
    names: Sequence[str],
    because: str,
    settings: Settings,
    *,
    by: str | None = None,
    spark: Any = None,
    progress: Callable[[str], None] | None = None,
) -> LandingSummary:
    """Let files in quarantine into bronze although a total or a format differs; exactly once, as a landing.

    Args:
        names: the files, each by the beginning of its id, a path, or the end of one.
        because: why; the ledger keeps it.
        settings: the lake.
        by: who decides; default the user of the operating system.
        spark: a session to use; default a new one on the configured server.
        progress: told in words what is going on.

    Raises:
        UsageError: a name fits none or several, a file cannot be released, or there is no reason; nothing is decided.
        LakeBusy: a landing is at work.
        ServerNotRunning: no server answers, or it went away.
        MachineError: no space, no permission.
    """
    return _decide(Release, names, _decision(by, because), settings, spark, progress)


def discard(
    names: Sequence[str],
    because: str,
    settings: Settings,
    *,
    by: str | None = None,
    spark: Any = None,
    progress: Callable[[str], None] | None = None,
) -> LandingSummary:
    """Say of files in quarantine that they never enter: their bytes are removed, what the ledger notes of them stays.

    Args:
        names: the files, each by the beginning of its id, a path, or the end of one.
        because: why; the ledger keeps it.
        settings: the lake.
        by: who decides; default the user of the operating system.
        spark: a session to use; default a new one on the configured server.
        progress: told in words what is going on.

    Raises:
        UsageError: a name fits none or several, a file is not in quarantine, or there is no reason; nothing is decided.
        LakeBusy: a landing is at work.
        ServerNotRunning: no server answers, or it went away.
        MachineError: no permission.
    """
    return _decide(Discard, names, _decision(by, because), settings, spark, progress)


def _decide(
    kind: type[Deciding],
    names: Sequence[str],
    decision: Decision,
    settings: Settings,
    spark: Any,
    progress: Callable[[str], None] | None,
) -> LandingSummary:
    with landing_lock(settings.lake_path, settings.lock_timeout_seconds), open_lake(settings, spark) as lake:
        return kind(settings, lake, names, decision, progress=progress or nothing).run()


def _decision(by: str | None, because: str) -> Decision:
    because = mask(" ".join(because.split()))
    if not because:
        raise UsageError("A decision about a file needs a reason.", 'Give one: --because "checked with the provider".')
    try:
        return Decision(mask(by or getpass.getuser()), because)
    except (OSError, KeyError):
        raise UsageError("The operating system does not know who you are.", "Set LOGNAME to your name.") from None
