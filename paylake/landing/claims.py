"""What a delivery is when it is seen: known from before, or to be staged, or kept out."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from paylake.errors import LakeBusy
from paylake.landing import cards
from paylake.landing.archives import SEPARATOR
from paylake.landing.discovery import Content
from paylake.landing.ledger import CLAIMED, DISCARDED, QUARANTINED, REDELIVERED, UNPACKED, Entry, History

if TYPE_CHECKING:
    from paylake.landing.protocol import Landing


def decided(history: History, file_id: str, path: str) -> tuple[Entry, str] | None:
    """Entry and status of a file about which nothing is open: it is in bronze, or a person discarded it."""
    if entry := history.landed.get(file_id):
        return replace(entry, path=path), "already_landed"
    if entry := history.discarded.get(file_id):
        return replace(entry, path=path), DISCARDED
    return None


def known(history: History, file_id: str, path: str, parser: str) -> list[tuple[Entry, str]] | None:
    """What became of a file, and of the members of an archive, before.

    Args:
        history: what the ledger knows.
        file_id: the file's hash.
        path: where it was found, as it may be shown.
        parser: what judges: another version judges a quarantined file anew.

    Returns:
        Its entry and status, then those of its members; None when it is to be read.
    """
    if found := decided(history, file_id, path):
        return [found]
    if (entry := history.quarantined.get(file_id)) and entry.parser == parser:
        return [(replace(entry, path=path), QUARANTINED)]
    if not (archive := history.unpacked.get(file_id)):
        return None
    told = [(replace(archive, path=path), UNPACKED)]
    for name, member in history.members[file_id].items():
        inside = known(history, member.file_id, f"{path}{SEPARATOR}{cards.mask(name)}", parser)
        if inside is None:
            return None
        told += inside
    return told


def judge(content: Content, batch: int, at: float, history: History, claimed: Collection[str], parser: str) -> Entry:
    """A file's first entry in a batch.

    Args:
        content: the file, hashed and recognised.
        batch: the batch that is claimed.
        at: when, in epoch seconds.
        history: what the ledger knows.
        claimed: hashes that are claimed in this batch already.
        parser: what judges: the version of paylake, and of the mappings.
    """
    found, kind, reason, state = content.found, content.recognised, content.reason, CLAIMED
    if content.file_id in history.discarded:
        state, reason = REDELIVERED, f"the same bytes were discarded {history.discarded[content.file_id].decision}"
    elif card := cards.find(found.url):
        state, reason = QUARANTINED, f"{card} in the file's path"
    elif content.is_unpacked:
        state = UNPACKED
    elif content.file_id in history.landed or content.file_id in claimed:
        state, reason = REDELIVERED, "the same bytes were delivered before"
    elif reason or kind is None:
        state = QUARANTINED
    named = (kind.provider, kind.export, kind.header_version) if kind else ("", "", "")
    return Entry(
        batch, content.file_id, state, cards.mask(found.url), found.path_key, found.size, found.modified, at, *named,
        reason=reason, parser=parser, archive=content.archive, member=found.member,
    )  # fmt: skip


def claim_offered(landing: Landing) -> None:
    """Give what is offered a batch, in one commit.

    Raises:
        LakeBusy: another landing's last commit has the number of the batch.
    """
    landing.batch = landing.history.last_batch + 1
    at, claimed, entries = round(time.time(), 3), set[str](), []
    for content in landing.offered:
        entry = judge(content, landing.batch, at, landing.history, claimed, landing.parser)
        if entry.state == CLAIMED:
            claimed.add(entry.file_id)
        entries.append(replace(entry, decided_by=landing.decision.by, because=landing.decision.because))
    judged = zip(landing.offered, entries, strict=True)
    landing.keep_out([(content.found.url, entry) for content, entry in judged if entry.state == QUARANTINED])
    landing.hook("inside claim")
    open_batch(landing, CLAIMED, entries)
    landing.claimed = [entry for entry in entries if entry.state == CLAIMED]
    for entry in entries:
        if entry.state in (QUARANTINED, UNPACKED):
            landing.tell_entry(entry, entry.state)
        elif entry.state == REDELIVERED and (found := decided(landing.history, entry.file_id, entry.path)):
            landing.tell_entry(entry, found[1])
        elif entry.state == REDELIVERED:
            landing.copies.append(entry)


def open_batch(landing: Landing, state: str, entries: Sequence[Entry]) -> None:
    """Write the first entries of a batch into the ledger.

    Raises:
        LakeBusy: another landing's last commit has the number of the batch.
    """
    landing.lake.ledger.add(state, landing.batch, [entry.shown for entry in entries])
    key, at = entries[0].key, entries[0].at
    if not any(entry.key == key and entry.at == at for entry in landing.lake.ledger.entries()):
        raise LakeBusy(
            f"A landing that was killed claimed batch {landing.batch} with its last breath.",
            "Run the command again: it finishes that batch first.",
        )
