"""A worker's part of landing: parse one file, look for cards, account for every cell, stage Parquet, return a verdict.

Nothing here knows Spark. The module is imported by the workers of the local server from the same environment; on a
cluster, install the wheel there or send it with `spark.addArtifacts(..., pyfile=True)`.
"""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import fsspec
import msgspec

from paylake.landing import cards
from paylake.landing.archives import LIMITS, Limits, members, outer
from paylake.landing.covering import Cover
from paylake.landing.documents import Document, Reader, cell_text, joined
from paylake.landing.parts import Part, constants, part_url
from paylake.landing.placing import Placement, check_formats
from paylake.landing.scan import scan_document
from paylake.landing.sources import Source, open_bytes
from paylake.providers import PROVIDERS, Provider, Refused
from paylake.providers.layouts import names_of
from paylake.providers.mapping import provider_from
from paylake.providers.provider import DOCUMENTS, FRAMES, Block, Days, Documents, Export, Frame


@dataclass(frozen=True)
class FileTask:
    """One file to stage: where it is, what it is, which batch it belongs to, and which tables have its rows already.

    `is_released` says that a person let it in: neither control totals nor formats keep it out then. `mapping` describes
    the provider where no module does: the project's folder may not be the worker's. `source` is where the bytes are
    when they are not at `url`, which is where the file was delivered.
    """

    url: str
    file_id: str
    batch: int
    at: float
    provider: str
    export: str
    header_version: str
    staging: str
    landed: tuple[str, ...] = ()
    is_released: bool = False
    mapping: str = ""
    member: str = ""
    limits: Limits = LIMITS
    source: str = ""

    @property
    def opened(self) -> str:
        """The path that is to be opened: a member's archive, or the file."""
        return self.source or outer(self.url, self.member)

    @property
    def shown(self) -> str:
        """The path as bronze and messages may show it."""
        return cards.mask(self.url)

    def to_json(self) -> str:
        """The task as text, to travel through Spark."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Staged:
    """A worker's verdict; `state` is verified, quarantined, lost or broken (the machine failed, not the file).

    `notices` are what a person may want to know of a file that is let in, `is_releasable` whether a person may let in
    one that is not. `covers_from` and `covers_to` are the first and the last day that a file is of, where it says so.
    """

    file_id: str
    state: str
    rows: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    rescued: int = 0
    bytes: int = 0
    reason: str = ""
    is_releasable: bool = False
    notices: Sequence[str] = ()
    covers_from: str = ""
    covers_to: str = ""

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
        self.placements: dict[tuple[str, ...], Placement] = {}
        self.read = self.placed = self.rescued = self.records = 0
        self.cover = Cover(Days())

    def part(self, table: str) -> Part:
        if table not in self.parts:
            url = part_url(self.task.staging, self.task.batch, self.provider.schema, table, self.task.file_id)
            self.parts[table] = Part(url, self.provider.tables[table], self.constants)
        return self.parts[table]

    def drop(self) -> None:
        for part in self.parts.values():
            with suppress(OSError):
                part.drop()

    def frame(self, kind: str, cells: str, record: int) -> None:
        self.part(FRAMES).add(record, [self.task.export, kind, cells], None, len(cells))

    def placement(self, table: str, header: Sequence[str]) -> Placement:
        key = (table, *header)
        if key not in self.placements:
            columns, names = self.provider.columns[table], names_of(header)
            self.placements[key] = Placement(names, columns, self.provider.identifiers, not self.task.is_released)
        return self.placements[key]

    def notices(self) -> list[str]:
        told = (notice for placement in self.placements.values() for notice in placement.notices())
        return [cards.mask(notice) for notice in dict.fromkeys(told)]


def parse_file(task: FileTask) -> Staged:
    """Stage one file and judge it; never raises for what a file or the machine can do."""
    return parse_files([task])[0]


def parse_files(tasks: Sequence[FileTask]) -> list[Staged]:
    """Stage one file, or members of one archive in one pass through it, and judge each."""
    done: dict[str, Staged] = {}
    limits = Limits(*tasks[0].limits)
    try:
        try:
            file = open_bytes(tasks[0].opened)
        except FileNotFoundError:
            return [_lost(task, "the file was gone when it was to be read") for task in tasks]
        with file:
            if not tasks[0].member:
                return [_parse(tasks[0], Source(file, limits))]
            wanted = {task.member: task for task in tasks}
            for name, stream in members(file, limits, wanted):
                done[name] = _parse(wanted[name], Source(stream, limits))
    except Refused:
        pass
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "no space left for staging" if full else cards.told(f"{type(error).__name__}: {error}")
        return [done.get(task.member) or Staged(task.file_id, "broken", reason=reason) for task in tasks]
    return [done.get(task.member) or _lost(task, "the archive changed after it was claimed") for task in tasks]


def _lost(task: FileTask, reason: str) -> Staged:
    return Staged(task.file_id, "lost", reason=reason)


def _parse(task: FileTask, source: Source) -> Staged:
    provider = provider_from(task.mapping, task.provider) if task.mapping else PROVIDERS[task.provider]
    stage = _Stage(task, provider)
    refused: Refused | None = None
    try:
        if card := cards.find(task.url):
            raise Refused(f"{card} in the file's name")
        if task.export == DOCUMENTS and (documents := stage.provider.documents):
            _stage_documents(stage, source, documents)
        else:
            _stage_text(stage, source, stage.provider.export(task.export))
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
            return _lost(task, "the file changed between its claim and its reading")
        reason, is_releasable = cards.mask(str(refused)), refused is not None and refused.is_releasable
        return Staged(task.file_id, "quarantined", cells=stage.read, reason=reason, is_releasable=is_releasable)
    for table in stage.parts.keys() & set(task.landed):
        stage.parts.pop(table).drop()
    size = sum(part.close() for part in stage.parts.values())
    counts = {table: part.rows for table, part in stage.parts.items()}
    judged = (task.file_id, "verified", counts, stage.read, stage.rescued, size)
    first, last = stage.cover.days()
    return Staged(*judged, notices=stage.notices(), covers_from=first, covers_to=last)


def _stage_documents(stage: _Stage, source: Source, declared: Documents) -> None:
    stream = Reader(declared).documents(source.chunks())
    while True:
        try:
            document = next(stream, None)
            if document is None:
                return
            stage.records += 1
            stage.read += document.count
            if card := scan_document(document, stage.provider.references, declared.encoded):
                raise Refused(f"{card}", stage.records)
        except Refused as error:
            if error.record is not None:
                raise
            raise Refused(error.reason, stage.records + 1, is_releasable=error.is_releasable) from None
        if document.table == FRAMES:
            stage.frame("page", f"[{joined({**document.frame, **document.cells})}]", stage.records)
            stage.placed += document.count
        else:
            _place(stage, document)


def _place(stage: _Stage, document: Document) -> None:
    columns, cells = stage.provider.columns[document.table], document.cells
    if not stage.task.is_released:
        check_formats(columns, cells, stage.records)
    names = [column.headers[0] for column in columns]
    left = cells.keys() - set(names)
    rescued: dict[str, object] = {key: msgspec.Raw(cells[key].encode()) for key in sorted(left)}
    if document.frame:
        rescued["$frame"] = {key: msgspec.Raw(value.encode()) for key, value in document.frame.items()}
    extra = msgspec.json.encode(rescued).decode() if rescued else None
    stage.placed += sum(name in cells for name in names)
    stage.rescued += len(left) + len(document.frame)
    placed = [cell_text(cells[name]) if name in cells else None for name in names]
    stage.part(document.table).add(stage.records, placed, extra, len(document.text))


def _stage_text(stage: _Stage, source: Source, export: Export) -> None:
    stage.cover = Cover(export.days)
    try:
        for part in export.layout(source.lines(export.encoding), export, not stage.task.is_released):
            if isinstance(part, Frame):
                _place_frame(stage, part)
            else:
                _place_block(stage, part)
    except csv.Error as error:
        raise Refused(f"malformed CSV: {error}", stage.records + 1) from None


def _place_frame(stage: _Stage, frame: Frame) -> None:
    for cell in frame.cells:
        if card := cards.find(cell):
            raise Refused(f"{card} in a {frame.kind}", frame.record)
    stage.records += 1
    stage.cover.add_frame(frame)
    stage.read += len(frame.cells)
    stage.placed += len(frame.cells)
    stage.frame(frame.kind, json.dumps(list(frame.cells), ensure_ascii=False), frame.record)


def _place_block(stage: _Stage, block: Block) -> None:
    placement = stage.placement(block.table, block.header)
    if not (count := len(block)):
        return
    stage.records += count
    stage.read += count * len(block.header)
    chars = placement.check(block.columns, block.record)
    cells = [None if at is None else block.columns[at] for at in placement.sources]
    stage.cover.add_rows(stage.provider.tables[block.table], cells)
    numbers = range(block.record, block.record + count)
    stage.part(block.table).add_block(numbers, cells, placement.left_over(block.columns), chars)
    stage.rescued += count * len(placement.rescued)
    stage.placed += count * (len(block.header) - len(placement.rescued))


def staged_bytes(folder: str) -> int:
    """Bytes staged for one table of a batch; 0 when its folder is gone."""
    fs, path = fsspec.core.url_to_fs(folder)
    return int(fs.du(path)) if fs.exists(path) else 0


def drop_staging(staging: str, batch: int) -> None:
    """Remove everything staged for a batch."""
    fs, path = fsspec.core.url_to_fs(f"{staging}/{batch}")
    if fs.exists(path):
        fs.rm(path, recursive=True)
