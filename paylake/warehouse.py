"""The local warehouse on disk: what its tables were built from, and folders that never became tables."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from paylake.session import get_session
from paylake.settings import Settings

COMMIT = re.compile(r"\d{20}\.(json|checkpoint.*parquet)")
RELATION = re.compile(r"\b(\w+)\.(\w+)\b")
log = structlog.get_logger(module="paylake.warehouse")


INPUTS = "_paylake_inputs"
"""File in a table's folder, hidden from every reader: what the table was built from, and the commit that this made."""


def is_committed(folder: Path) -> bool:
    """Whether a folder holds a Delta table: at least one commit."""
    return any(COMMIT.fullmatch(path.name) for path in (folder / "_delta_log").glob("*"))


def last_commit_file(folder: Path) -> Path | None:
    """File of a Delta table's last commit; None for no table."""
    files = (path for path in (folder / "_delta_log").glob("*.json") if COMMIT.fullmatch(path.name))
    return max(files, default=None)


def last_commit(folder: Path) -> str | None:
    """Hash of a Delta table's last commit, which differs between any two commits; None for no table."""
    file = last_commit_file(folder)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else None


def inputs_of(sql: str, engine: str, folder_of: Callable[[str, str], Path | None]) -> str:
    """Hash of everything that the rows of a `select` depend on: the select and the tables that it names.

    Every `schema.table` in the text that is a table counts, in comments too: one too many costs a build that was not
    needed, one too few would keep an outdated table.

    Args:
        sql: the select.
        engine: what runs it, with its version.
        folder_of: the Delta table of a schema and a name, if there is one.
    """
    digest = hashlib.sha256(f"{engine}\n{sql}".encode())
    for schema, table in sorted(set(RELATION.findall(sql.replace("`", "")))):
        if (folder := folder_of(schema, table)) and (commit := last_commit(folder)):
            digest.update(f"\n{schema}.{table} {commit}".encode())
    return digest.hexdigest()


def note_built(folder: Path, inputs: str) -> None:
    """Remember what a table was built from; a kill before this only costs a build that was not needed."""
    if commit := last_commit(folder):
        (folder / INPUTS).write_text(f"{inputs} {commit}", encoding="ascii")


def is_built_from(folder: Path, inputs: str) -> bool:
    """Whether a table is what a build from these inputs left, untouched since."""
    commit, note = last_commit(folder), folder / INPUTS
    if commit is None or not note.is_file():
        return False
    return note.read_text(encoding="ascii") == f"{inputs} {commit}"


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
