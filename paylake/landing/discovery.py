"""Which files there are, and what each one's bytes are: local folders and any fsspec URL, each file read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import IO, Any

import fsspec

from paylake.errors import UsageError
from paylake.landing.archives import CHUNK, LIMITS, SEPARATOR, Limits, is_archive, is_hidden, members
from paylake.landing.cards import mask
from paylake.landing.recognition import HEAD, recognise
from paylake.landing.verdicts import FileVerdict
from paylake.providers import PROVIDERS, Provider, Recognised, Refused

HASHERS = 4
MOST_LISTED = 20
"""Members that an archive's verdict names."""
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created", "ETag")


@dataclass(frozen=True)
class Found:
    """A file before it is read; `member` is its name in the archive that `url` begins with."""

    url: str
    size: int
    modified: str
    member: str = ""

    @property
    def path_key(self) -> str:
        """Hash of the path, by which the ledger knows it again.

        A card number in it is masked before: BIN, last four and a hash of all are enough to find the rest by trying.
        """
        return hashlib.sha256(mask(self.url).encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True)
class Content:
    """A file after it was read once: its identity, and what it is or why it is nothing we know.

    `archive` is the hash of the archive that it came in; `is_unpacked` says that it is one, and `reason` then lists it.
    """

    found: Found
    file_id: str
    recognised: Recognised | None
    reason: str = ""
    archive: str = ""
    is_unpacked: bool = False


def _found(fs: Any, info: dict[str, Any]) -> Found:
    local = "file" in (fs.protocol if isinstance(fs.protocol, (tuple, list)) else (fs.protocol,))
    url = info["name"] if local else fs.unstrip_protocol(info["name"])
    modified = next((info[name] for name in _TIMES if info.get(name) is not None), "")
    if isinstance(modified, datetime):
        modified = modified.timestamp()
    return Found(url, int(info["size"] or 0), f"{modified:.6f}" if isinstance(modified, float) else str(modified))


def _is_text(name: str, report: Callable[[FileVerdict], None]) -> bool:
    shown = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if shown != name:
        report(FileVerdict(mask(shown), "unreadable", reason="its name is not UTF-8: rename it"))
    return shown == name


def find_files(paths: Sequence[str], report: Callable[[FileVerdict], None]) -> list[Found]:
    """Files under the paths in a stable order; hidden ones are passed over, unreadable folders are reported.

    Raises:
        UsageError: a path does not exist.
    """
    found: dict[str, Found] = {}

    def unreadable(error: OSError) -> None:
        report(FileVerdict(mask(str(error.filename or "a folder")), "unreadable", reason=_told(error)))

    for path in paths:
        fs, root = fsspec.core.url_to_fs(path)
        try:
            if not fs.exists(root):
                raise UsageError(f"There is nothing at {mask(path)}.", "Correct the path, or create the folder.")
            for info in _walk(fs, root, unreadable):
                if not is_hidden(info["name"]) and _is_text(info["name"], report):
                    file = _found(fs, info)
                    found[file.url] = file
        except OSError as error:
            unreadable(error)
    return sorted(found.values(), key=lambda file: file.url)


def _walk(fs: Any, root: str, unreadable: Callable[[OSError], None]) -> Iterator[dict[str, Any]]:
    """Files under a path; fsspec's own walk forgets to tell of a nested folder that it cannot list."""
    info = fs.info(root)
    if info["type"] == "file":
        yield info
        return
    folders = [root]
    while folders:
        try:
            listing = fs.ls(folders.pop(), detail=True)
        except OSError as error:
            unreadable(error)
            continue
        folders += [entry["name"] for entry in listing if entry["type"] == "directory"]
        yield from (entry for entry in listing if entry["type"] == "file")


def _told(error: OSError) -> str:
    return f"{error.strerror or type(error).__name__}: give this user the right to read it"


def read_content(
    found: Found, providers: Mapping[str, Provider] = PROVIDERS, limits: Limits = LIMITS
) -> list[Content | FileVerdict]:
    """Hash one file and recognise it by its beginning, and an archive's members too; a verdict where that cannot be.

    Args:
        found: the file.
        providers: who may have made it.
        limits: how much may come out of an archive.
    """
    told: list[Content | FileVerdict]
    try:
        fs, path = fsspec.core.url_to_fs(found.url)
        with fs.open(path, "rb") as file:
            file_id, _, head = _read(file)
            if is_archive(head):
                told = list(_unpacked(found, file_id, file, providers, limits))
            else:
                told = [_recognised(found, file_id, head, providers)]
        after = _found(fs, fs.info(path))
    except FileNotFoundError:
        return [FileVerdict(mask(found.url), "lost", reason="the file went away while it was read")]
    except OSError as error:
        return [FileVerdict(mask(found.url), "unreadable", reason=_told(error))]
    if (after.size, after.modified) != (found.size, found.modified):
        return [FileVerdict(mask(found.url), "changed", reason="still being written: land it again when it is whole")]
    return told


def _read(stream: IO[bytes]) -> tuple[str, int, bytes]:
    """Hash, size and beginning."""
    digest, size, head = hashlib.sha256(), 0, b""
    while block := stream.read(CHUNK):
        digest.update(block)
        size += len(block)
        if len(head) < HEAD:
            head += block[: HEAD - len(head)]
    return digest.hexdigest(), size, head


def _recognised(found: Found, file_id: str, head: bytes, providers: Mapping[str, Provider]) -> Content:
    try:
        return Content(found, file_id, recognise(head, providers))
    except Refused as refused:
        return Content(found, file_id, None, mask(str(refused)))


def _unpacked(
    found: Found, file_id: str, file: IO[bytes], providers: Mapping[str, Provider], limits: Limits
) -> list[Content]:
    """An archive and its members; only the archive where it is refused."""
    inside = []
    try:
        for name, stream in members(file, limits):
            member_id, size, head = _read(stream)
            member = Found(f"{found.url}{SEPARATOR}{name}", size, found.modified, name)
            inside.append(replace(_recognised(member, member_id, head, providers), archive=file_id))
        if not inside:
            raise Refused("an archive without files")
    except Refused as refused:
        return [Content(found, file_id, None, mask(str(refused)))]
    names = ", ".join(mask(content.found.member) for content in inside[:MOST_LISTED])
    more = f" and {len(inside) - MOST_LISTED:,} more" if len(inside) > MOST_LISTED else ""
    return [Content(found, file_id, None, f"{len(inside):,} files: {names}{more}", is_unpacked=True), *inside]


def read_contents(
    files: Iterable[Found], providers: Mapping[str, Provider] = PROVIDERS, limits: Limits = LIMITS
) -> Iterator[Content | FileVerdict]:
    """Hash and recognise files, some at a time, in their order, each archive before its members."""
    with ThreadPoolExecutor(HASHERS) as pool:
        for told in pool.map(partial(read_content, providers=providers, limits=limits), files):
            yield from told
