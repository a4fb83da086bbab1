"""Which files there are, and what each one's bytes are: local folders and any fsspec URL, each file read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import fsspec

from paylake.errors import UsageError
from paylake.landing.cards import mask
from paylake.landing.recognition import HEAD, recognise
from paylake.landing.sources import CHUNK
from paylake.landing.verdicts import FileVerdict
from paylake.providers import PROVIDERS, Provider, Recognised, Refused

HASHERS = 4
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created", "ETag")


@dataclass(frozen=True)
class Found:
    """A file before it is read."""

    url: str
    size: int
    modified: str

    @property
    def path_key(self) -> str:
        """Hash of the path: the ledger knows the path again even where it must not show it."""
        return hashlib.sha256(self.url.encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True)
class Content:
    """A file after it was read once: its identity, and what it is or why it is nothing we know."""

    found: Found
    file_id: str
    recognised: Recognised | None
    reason: str = ""


def _found(fs: Any, info: dict[str, Any]) -> Found:
    local = "file" in (fs.protocol if isinstance(fs.protocol, (tuple, list)) else (fs.protocol,))
    url = info["name"] if local else fs.unstrip_protocol(info["name"])
    modified = next((info[name] for name in _TIMES if info.get(name) is not None), "")
    if isinstance(modified, datetime):
        modified = modified.timestamp()
    return Found(url, int(info["size"] or 0), f"{modified:.6f}" if isinstance(modified, float) else str(modified))


def _is_hidden(name: str) -> bool:
    return name.rsplit("/", 1)[-1].startswith(".")


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
                if not _is_hidden(info["name"]) and _is_text(info["name"], report):
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


def read_content(found: Found, providers: Mapping[str, Provider] = PROVIDERS) -> Content | FileVerdict:
    """Hash one file and recognise it by its beginning; a verdict where that is not possible."""
    digest, head = hashlib.sha256(), b""
    try:
        fs, path = fsspec.core.url_to_fs(found.url)
        with fs.open(path, "rb") as file:
            while block := file.read(CHUNK):
                digest.update(block)
                head = head or block[:HEAD]
        after = _found(fs, fs.info(path))
    except FileNotFoundError:
        return FileVerdict(mask(found.url), "lost", reason="the file went away while it was read")
    except OSError as error:
        return FileVerdict(mask(found.url), "unreadable", reason=_told(error))
    if (after.size, after.modified) != (found.size, found.modified):
        return FileVerdict(mask(found.url), "changed", reason="still being written: land it again when it is whole")
    try:
        return Content(found, digest.hexdigest(), recognise(head, providers))
    except Refused as refused:
        return Content(found, digest.hexdigest(), None, mask(str(refused)))


def read_contents(
    files: Iterable[Found], providers: Mapping[str, Provider] = PROVIDERS
) -> Iterator[Content | FileVerdict]:
    """Hash and recognise files, some at a time, in their order."""
    with ThreadPoolExecutor(HASHERS) as pool:
        yield from pool.map(partial(read_content, providers=providers), files)
