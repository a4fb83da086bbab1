"""A worker's part of landing: parse one file, look for cards, account for every cell, stage Parquet, return a verdict.

Nothing here knows Spark. The module is imported by the workers of the local server from the same environment; on a
cluster, install the wheel there or send it with `spark.addArtifacts(..., pyfile=True)`.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import fsspec
import msgspec

from paylake.landing import cards
from paylake.landing.documents import cell_text, documents
from paylake.landing.parts import Part, constants, part_url
from paylake.landing.scan import scan_document, scan_rows
from paylake.landing.sources import Source
from paylake.landing.tables import header_of, rows
from paylake.landing.verdicts import Refused
from paylake.providers import PROVIDERS, Provider


@dataclass(frozen=True)
class FileTask:
    """One file to stage: where it is, what it is, which batch it belongs to, and which tables have its rows already."""

    url: str
    file_id: str
    batch: int
    at: float
    provider: str
    export: str
    header_version: str
    table: str | None
    staging: str
    landed: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The path as bronze and messages may show it."""
        return cards.mask(self.url)

    def to_json(self) -> str:
        """The task as text, to travel through Spark."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Staged:
    """A worker's verdict; `state` is verified, quarantined, lost or broken (the machine failed, not the file)."""

    file_id: str
    state: str
    rows: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    rescued: int = 0
    bytes: int = 0
    reason: str = ""

    def to_json(self) -> str:
        """The verdict as text, to travel through Spark."""
        return json.dumps(asdict(self))


class _Stage:
    """The open parts of one file, and the count of its cells."""

    def __init__(self, task: FileTask, provider: Provider) -> None:
        self.task, self.provider = task, provider
        at = datetime.fromtimestamp(task.at, UTC)
        self.constants = constants(task.file_id, task.shown, task.header_version, at, task.batch)
        self.parts: dict[str, Part] = {}
        self.read = self.placed = self.rescued = self.records = 0

    def part(self, table: str) -> Part:
        if table not in self.parts:
            url = part_url(self.task.staging, self.task.batch, table, self.task.file_id)
            self.parts[table] = Part(url, self.provider.tables[table], self.constants)
        return self.parts[table]

    def drop(self) -> None:
        for part in self.parts.values():
            with suppress(OSError):
                part.drop()


def parse_file(task: FileTask) -> Staged:
    """Stage one file and judge it; never raises for what a file or the machine can do."""
    try:
        try:
            source = Source(task.url)
        except FileNotFoundError:
            return Staged(task.file_id, "lost", reason="the file was gone when it was to be read")
        with source:
            return _parse(task, source)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        where = "no space left for staging" if full else f"{type(error).__name__}: {error}"
        return Staged(task.file_id, "broken", reason=cards.mask(where))


def _parse(task: FileTask, source: Source) -> Staged:
    stage = _Stage(task, PROVIDERS[task.provider])
    refused: Refused | None = None
    try:
        if card := cards.find(task.url):
            raise Refused(f"{card} in the file's name")
        if task.table:
            _stage_rows(stage, source, task.table)
        else:
            _stage_documents(stage, source)
        if stage.read != stage.placed + stage.rescued:
            raise Refused(f"{stage.read} cells read, {stage.placed} in columns and {stage.rescued} rescued")
    except Refused as error:
        refused = error
    except BaseException:
        stage.drop()
        raise
    if refused is not None or source.sha256() != task.file_id:
        stage.drop()
        if source.sha256() != task.file_id:
            return Staged(task.file_id, "lost", reason="the file changed between its claim and its reading")
        return Staged(task.file_id, "quarantined", cells=stage.read, reason=cards.mask(str(refused)))
    for table in stage.parts.keys() & set(task.landed):
        stage.parts.pop(table).drop()
    size = sum(part.close() for part in stage.parts.values())
    counts = {table: part.rows for table, part in stage.parts.items()}
    return Staged(task.file_id, "verified", counts, stage.read, stage.rescued, size)


def _stage_documents(stage: _Stage, source: Source) -> None:
    stream = documents(source.chunks())
    while True:
        try:
            document = next(stream, None)
        except Refused as error:
            raise Refused(error.reason, stage.records + 1) from None
        if document is None:
            return
        stage.records += 1
        stage.read += document.count
        table = stage.provider.of_document(document.kind, document.cells)
        if table is None:
            raise Refused(f"a {document.kind} that is not {stage.provider.name}'s", stage.records)
        if card := scan_document(document, stage.provider.identifiers):
            raise Refused(f"{card}", stage.records)
        columns = stage.provider.tables[table]
        left = document.cells.keys() - set(columns)
        rescued: dict[str, object] = {key: msgspec.Raw(document.cells[key].encode()) for key in sorted(left)}
        if document.frame:
            rescued["$frame"] = {key: msgspec.Raw(value.encode()) for key, value in document.frame.items()}
        cells = [cell_text(document.cells[name]) if name in document.cells else None for name in columns]
        stage.placed += sum(name in document.cells for name in columns)
        stage.rescued += len(left) + len(document.frame)
        extra = msgspec.json.encode(rescued).decode() if rescued else None
        stage.part(table).add(stage.records, cells, extra, len(document.text))


def _stage_rows(stage: _Stage, source: Source, table: str) -> None:
    lines = source.lines()
    header = header_of(lines)
    if card := cards.find("\x1f".join(header)):
        raise Refused(f"{card} in the header")
    columns = stage.provider.tables[table]
    place = {name: at for at, name in enumerate(header)}
    known = [place.get(name) for name in columns]
    unknown = [(name, at) for name, at in place.items() if name not in set(columns)]
    width = sum(at is not None for at in known)
    part = stage.part(table)
    for row in scan_rows(_counted(rows(lines, header), stage), header, stage.provider.identifiers):
        stage.records += 1
        rescued = {name: row[at] for name, at in unknown}
        cells = [None if at is None else row[at] for at in known]
        stage.placed += width
        stage.rescued += len(rescued)
        extra = json.dumps(rescued, ensure_ascii=False) if rescued else None
        part.add(stage.records, cells, extra, sum(map(len, row)))


def _counted(found: Iterator[list[str]], stage: _Stage) -> Iterator[list[str]]:
    for row in found:
        stage.read += len(row)
        yield row


def staged_bytes(folder: str) -> int:
    """Bytes staged for one table of a batch; 0 when its folder is gone."""
    fs, path = fsspec.core.url_to_fs(folder)
    return int(fs.du(path)) if fs.exists(path) else 0


def drop_staging(staging: str, batch: int) -> None:
    """Remove everything staged for a batch."""
    fs, path = fsspec.core.url_to_fs(f"{staging}/{batch}")
    if fs.exists(path):
        fs.rm(path, recursive=True)
