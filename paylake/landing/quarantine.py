"""Quarantine: the bytes of a file that must not enter bronze, kept for a person, and a note that says why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import fsspec

from paylake.landing.cards import mask
from paylake.landing.sources import CHUNK

NOTE = "reason.json"


def keep(folder: Path, url: str, file_id: str, reason: str, is_releasable: bool = False) -> Path:
    """Copy a file to `<folder>/<sha256>/`, readable by its owner only, with a `reason.json`; again changes nothing.

    The bytes may hold a card number, so a file's name and reason are masked, and nobody else may read them.
    """
    home = folder / file_id
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = home / mask(url.rsplit("/", 1)[-1])
    note: dict[str, object] = {
        "file_id": file_id,
        "path": mask(url),
        "reason": mask(reason),
        "is_releasable": is_releasable,
        "kept": kept.name,
    }
    if not kept.exists():
        draft = home / ".draft"
        try:
            with fsspec.open(url, "rb") as source, draft.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
            draft.chmod(0o600)
            draft.rename(kept)
        except FileNotFoundError:
            note["kept"] = "nothing: the file was gone"
    (home / NOTE).write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return home
