"""What the ledger notes of a file when its batch is claimed: to be staged, delivered before, or kept out."""

from __future__ import annotations

from collections.abc import Collection

from paylake.landing import cards
from paylake.landing.discovery import Content
from paylake.landing.ledger import CLAIMED, QUARANTINED, REDELIVERED, UNPACKED, Entry


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
