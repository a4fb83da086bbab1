"""Quarantine: the bytes of a file that must not enter bronze, kept for a person, and a note that says why."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import IO

from paylake.landing.archives import CHUNK, Limits, members, outer
from paylake.landing.cards import mask
from paylake.landing.ledger import Entry
from paylake.landing.sources import open_bytes

NOTE = "reason.json"
_DRAFT = ".draft"
_LONGEST_NAME = 200
"""Bytes of a kept file's name: an archive's and its member's together can be more than a file system takes."""


def keep_all(folder: Path, files: Iterable[tuple[str, Entry]], limits: Limits) -> None:
    """Keep files by their paths and entries, the members of an archive in one pass through it.

    Of a file that was let in and is refused again only the note changes: its bytes are here.
    """
    archives: dict[str, dict[str, tuple[str, Entry]]] = {}
    for path, entry in files:
        if entry.is_released:
            _keep(folder, path, entry.file_id, entry.reason, entry.is_releasable, None)
        elif entry.member:
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


def kept_file(folder: Path, file_id: str) -> Path | None:
    """Where the bytes of a file are kept; None when they are not."""
    home = folder / file_id
    found = [path for path in home.iterdir() if path.name not in (NOTE, _DRAFT)] if home.is_dir() else []
    return min(found, default=None)


def remove(folder: Path, file_ids: Collection[str]) -> None:
    """Remove the bytes and notes of files that are no longer in quarantine."""
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for file_id in there.intersection(file_ids):
        shutil.rmtree(folder / file_id)


def _keep(folder: Path, url: str, file_id: str, reason: str, is_releasable: bool, source: IO[bytes] | None) -> Path:
    home = folder / file_id
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = kept_file(folder, file_id)
    if kept is None and source is not None:
        kept = _copy(source, home / _name(url), file_id)
    note = {
        "file_id": file_id,
        "path": mask(url),
        "reason": mask(reason),
        "is_releasable": is_releasable,
        "kept": kept.name if kept else "nothing: the file was gone, or was another one",
    }
    (home / NOTE).write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return home


def _name(url: str) -> str:
    name = mask(url.rsplit("/", 1)[-1]).encode()[-_LONGEST_NAME:].decode(errors="ignore")
    return f"kept-{name}" if name == NOTE or name.startswith(".") else name


def _copy(source: IO[bytes], target: Path, file_id: str) -> Path | None:
    """Copy a file; None when its bytes are others than those that were judged."""
    draft = target.with_name(_DRAFT)
    with draft.open("w+b") as file:
        shutil.copyfileobj(source, file, CHUNK)
        file.seek(0)
        is_whole = hashlib.file_digest(file, "sha256").hexdigest() == file_id
    if not is_whole:
        draft.unlink()
        return None
    draft.chmod(0o600)
    return draft.rename(target)
