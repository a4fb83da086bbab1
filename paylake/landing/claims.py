"""What a delivery is when it is seen: known from before, or to be staged, or kept out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from paylake.landing import cards
from paylake.landing.archives import SEPARATOR
from paylake.landing.discovery import Content
from paylake.landing.ledger import CLAIMED, QUARANTINED, REDELIVERED, UNPACKED, Entry, History


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
    if entry := history.landed.get(file_id):
        return [(replace(entry, path=path), "already_landed")]
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


def judge(content: Content, batch: int, at: float, taken: Collection[str], parser: str) -> Entry:
    """A file's first entry in a batch.

    Args:
        content: the file, hashed and recognised.
        batch: the batch that is claimed.
        at: when, in epoch seconds.
        taken: hashes that are in bronze, or claimed in this batch already.
        parser: what judges: the version of paylake, and of the mappings.
    """
    found, kind, reason, state = content.found, content.recognised, content.reason, CLAIMED
    if card := cards.find(found.url):
        state, reason = QUARANTINED, f"{card} in the file's path"
    elif content.is_unpacked:
        state = UNPACKED
    elif content.file_id in taken:
        state, reason = REDELIVERED, "the same bytes were delivered before"
    elif reason or kind is None:
        state = QUARANTINED
    named = (kind.provider, kind.export, kind.header_version) if kind else ("", "", "")
    return Entry(
        batch, content.file_id, state, cards.mask(found.url), found.path_key, found.size, found.modified, at, *named,
        reason=reason, parser=parser, archive=content.archive, member=found.member,
    )  # fmt: skip
