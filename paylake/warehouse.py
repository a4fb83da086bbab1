"""The local warehouse on disk: folders that a killed server left there and that never became tables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog

from paylake.session import get_session
from paylake.settings import Settings

COMMIT = re.compile(r"\d{20}\.(json|checkpoint.*parquet)")
log = structlog.get_logger(module="paylake.warehouse")


def is_committed(folder: Path) -> bool:
    """Whether a folder holds a Delta table: at least one commit."""
    return any(COMMIT.fullmatch(path.name) for path in (folder / "_delta_log").glob("*"))


def uncommitted_folders(warehouse: Path) -> list[Path]:
    """Folders of tables without a single Delta commit: of another format, or left by a server that was killed.

    Look before the server starts: while one works, such a folder may be a table in the making.
    """
    folders = [*warehouse.glob("*.db/*"), *(path for path in warehouse.glob("*") if path.suffix != ".db")]
    return sorted(folder for folder in folders if folder.is_dir() and not is_committed(folder))


def _table_of(folder: Path) -> str:
    schema = folder.parent.stem if folder.parent.suffix == ".db" else "default"
    return f"`{schema}`.`{folder.name}`"


def remove_strays(folders: Sequence[Path], settings: Settings) -> list[Path]:
    """Remove the folders that no table of the running server stands on: Delta creates no table over one.

    No row is lost: a write whose commit is missing was never visible. Returns what was removed.
    """
    spark = get_session(settings)
    try:
        strays = [folder for folder in folders if not spark.catalog.tableExists(_table_of(folder))]
    finally:
        spark.stop()
    for folder in strays:
        shutil.rmtree(folder)
        log.warning("removed what a killed server left of a table in the making", folder=str(folder))
    return strays
