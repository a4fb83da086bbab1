"""Saves of the dbt project's files, as they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from watchfiles import watch

from paylake.settings import PROJECT_MARKER

SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md")
CONFIGURATION = (PROJECT_MARKER, "profiles.yml")
FOLDERS = {
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "test-paths": ["tests"],
}


def saves(project: Path) -> Iterator[set[Path]]:
    """The files of each save, merged while they come less than 50 ms apart; the first, empty set says that it watches.

    What is saved while the caller builds is in the next set.
    """
    pending: set[Path] = set()
    while True:
        is_watching = False
        for changes in watch(*_watched(project), step=50, rust_timeout=250, yield_on_timeout=True):
            paths = {path for _, name in changes if (path := Path(name)).suffix in SUFFIXES}
            if not is_watching:
                is_watching = True
                yield pending | paths
            elif any(path.name in CONFIGURATION for path in paths):
                pending = paths  # and watch anew: an editor replaced the file, or it names other folders now
                break
            elif paths:
                yield paths


def _watched(project: Path) -> list[Path]:
    try:
        chosen = yaml.safe_load((project / PROJECT_MARKER).read_text(encoding="utf-8")) or {}
    except yaml.YAMLError:
        chosen = {}
    folders = [name for key, default in FOLDERS.items() for name in chosen.get(key, default)]
    return [path for name in (*folders, *CONFIGURATION) if (path := project / name).exists()]
