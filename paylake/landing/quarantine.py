"""Quarantine: the bytes of a file that must not enter bronze, kept for a person, and a note that says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from paylake.landing.archives import CHUNK, Limits, members, outer
from paylake.landing.cards import mask
from paylake.landing.ledger import Entry
from paylake.landing.sources import open_bytes

NOTE = "reason.json"


def keep_all(folder: Path, files: Iterable[tuple[str, Entry]], limits: Limits) -> None:
    """Keep files by their paths and entries, the members of an archive in one pass through it."""
    archives: dict[str, dict[str, tuple[str, Entry]]] = {}
    for path, entry in files:
        if entry.member:
            archives.setdefault(outer(path, entry.member), {})[entry.member] = (path, entry)
        else:
            keep(folder, path, entry.file_id, entry.reason, entry.is_releasable)
    for archive, wanted in archives.items():
        with open_bytes(archive) as file:
            for name, stream in members(file, limits, wanted):
                path, entry = wanted[name]
                _keep(folder, path, entry.file_id, entry.reason, entry.is_releasable, stream)


def keep(folder: Path, url: str, file_id: str, reason: str, is_releasable: bool = False) -> Path:
    """Copy a file to `<folder>/<sha256>/`, readable by its owner only, with a `reason.json`; again changes nothing.

    The bytes may hold a card number, so a file's name and reason are masked, and nobody else may read them.
    """
    try:
        with open_bytes(url) as source:
            return _keep(folder, url, file_id, reason, is_releasable, source)
    except FileNotFoundError:
        return _keep(folder, url, file_id, reason, is_releasable, None)


def _keep(folder: Path, url: str, file_id: str, reason: str, is_releasable: bool, source: IO[bytes] | None) -> Path:
    home = folder / file_id
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = home / mask(url.rsplit("/", 1)[-1])
    if source is not None and not kept.exists():
        draft = home / ".draft"
        with draft.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
        draft.chmod(0o600)
        draft.rename(kept)
    note = {
        "file_id": file_id,
        "path": mask(url),
        "reason": mask(reason),
        "is_releasable": is_releasable,
        "kept": kept.name if kept.exists() else "nothing: the file was gone",
    }
    (home / NOTE).write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return home
