"""Archives: the members of a zip or tar.gz as streams, one after the other; nothing is ever unpacked to a path.

The standard library reads both formats. It ends silently at a damaged header of a tar and does not check the sum of a
gzip that it reads as a stream, so both are done here.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import IO, NamedTuple, cast

from paylake.providers import Refused

ZIP, EMPTY_ZIP, GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
SEPARATOR = "!"
"""Between the path of an archive and the name of a member in it."""
CHUNK = 1 << 20
_UNMEASURED = 64 << 20
"""Bytes that may come out of anything, however small it is."""
_TAR_MARK = slice(257, 262)
_TAR_BLOCK = 512
_PACKED = (ZIP, EMPTY_ZIP, b"BZh", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")
_ZIP_END, _ZIP64 = struct.Struct("<10xH10x"), 0xFFFF
"""The end of a zip: what it says of the number of members, and what it says there when that stands elsewhere."""
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    ValueError,
    KeyError,
    NotImplementedError,
)


class Limits(NamedTuple):
    """How much may come out of an archive or a gzip: members, bytes, and bytes for each byte that is packed."""

    members: int = 10_000
    bytes: int = 20 << 30
    ratio: int = 200


LIMITS = Limits()


class Meter:
    """Counts what is unpacked.

    Args:
        limits: how much it may be.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits, self._unpacked = limits, 0

    def count(self, unpacked: int, packed: int) -> None:
        """Count some bytes that came out, of so many packed ones in all.

        Raises:
            Refused: too many.
        """
        self._unpacked += unpacked
        if self._unpacked > self._limits.bytes:
            raise Refused(f"more than {self._limits.bytes >> 20} MiB unpacked (PAYLAKE_ARCHIVE_MB)")
        if self._unpacked > max(_UNMEASURED, packed * self._limits.ratio):
            raise Refused(f"unpacks to more than {self._limits.ratio} times its size (PAYLAKE_ARCHIVE_RATIO)")


class _Metered:
    """A stream of unpacked bytes that is counted while it is read."""

    def __init__(self, stream: IO[bytes], meter: Meter, packed: int) -> None:
        self._stream, self._meter, self._packed = stream, meter, packed

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if size >= 0 else CHUNK)
        self._meter.count(len(data), self._packed)
        return data


class _TarInfo(tarfile.TarInfo):
    """A tar's header, refused when it is damaged: tarfile would take it for the end."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _TarInfo:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise Refused(f"damaged tar: {error}") from None


def is_archive(head: bytes) -> bool:
    """Whether a file that begins like this is an archive whose members landing reads."""
    return head.startswith((ZIP, EMPTY_ZIP)) or (head.startswith(GZIP) and _is_tar(_inflated(head)))


def _inflated(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _TAR_BLOCK)
    except zlib.error:
        return b""


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MARK] == b"ustar"


def is_hidden(name: str) -> bool:
    """Whether a file or member is passed over: its name begins with a dot, or is what macOS adds to a zip."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def outer(path: str, member: str) -> str:
    """Path of the file that is to be opened: a member's archive, or the file itself."""
    return path.removesuffix(f"{SEPARATOR}{member}") if member else path


def members(file: IO[bytes], limits: Limits, wanted: Container[str] | None = None) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and bytes of each member, in their order; each is to be read to its end before the next one.

    Hidden files and folders are passed over, as everywhere.

    Args:
        file: the archive.
        limits: how much may come out of it.
        wanted: names of the members that are to be read; None means all.

    Raises:
        Refused: damaged, encrypted, too large, or a member that must not be in an archive.
    """
    seen: set[str] = set()
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        is_zip = file.read(2) == ZIP[:2]
        file.seek(0)
        found = _zip_members(file, limits) if is_zip else _tar_members(file, size, limits)
        meter = Meter(limits)
        for name, open_member in found:
            _check_name(name, seen)
            _check_count(len(seen), limits)
            if not is_hidden(name) and (wanted is None or name in wanted):
                with open_member() as stream:
                    yield name, cast("IO[bytes]", _Unnested(name, _Metered(stream, meter, size)))
    except EOFError:
        raise Refused("torn archive: it ends before its data does") from None
    except _DAMAGE as error:
        raise Refused(f"damaged archive: {error}") from None


class _Unnested:
    """A member that is no archive itself."""

    def __init__(self, name: str, stream: _Metered) -> None:
        self._name, self._stream, self._head = name, stream, b""
        while len(self._head) < _TAR_BLOCK * 2 and (data := stream.read(_TAR_BLOCK * 2)):
            self._head += data
        if self._head.startswith(_PACKED) or _is_tar(self._head) or is_archive(self._head):
            raise Refused(f"an archive in an archive ({name}): unpack the outer one")

    def read(self, size: int = -1) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:] if size >= 0 else b""
            return data
        return self._stream.read(size)


def _check_name(name: str, seen: set[str]) -> None:
    parts = name.split("/")
    if name.encode(errors="replace").decode() != name:
        raise Refused("a member whose name is not UTF-8")
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0]:
        raise Refused("a member whose name leads out of the archive")
    if name in seen:
        raise Refused(f"two members named {name}")
    seen.add(name)


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.members:
        raise Refused(f"more than {limits.members:,} members (PAYLAKE_ARCHIVE_MEMBERS)")


_Opens = Callable[[], AbstractContextManager[IO[bytes]]]


def _zip_members(file: IO[bytes], limits: Limits) -> Iterator[tuple[str, _Opens]]:
    with zipfile.ZipFile(file) as archive:
        if not _OFFICE.isdisjoint(archive.namelist()):
            raise Refused("a spreadsheet or document: export it as CSV")
        _check_count(len(archive.infolist()), limits)
        _check_directory(file, archive)
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise Refused("an encrypted archive: unpack it")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("a zip with another compression than deflate: unpack it")
            if not info.is_dir():
                yield info.filename, partial(archive.open, info)


def _check_directory(file: IO[bytes], archive: zipfile.ZipFile) -> None:
    """The end of a zip says how many members it lists; zipfile does not look, and a damaged list can be shorter."""
    file.seek(-_ZIP_END.size - len(archive.comment), io.SEEK_END)
    (listed,) = _ZIP_END.unpack(file.read(_ZIP_END.size))
    if listed not in (_ZIP64, len(archive.infolist())):
        raise Refused(f"damaged archive: {listed} members by its end, {len(archive.infolist())} in its list")


def _tar_members(file: IO[bytes], size: int, limits: Limits) -> Iterator[tuple[str, _Opens]]:
    unpacked = gzip.GzipFile(fileobj=file, mode="rb")
    metered = _Metered(unpacked, Meter(limits), size)  # type: ignore[arg-type]
    with tarfile.open(fileobj=metered, mode="r|", tarinfo=_TarInfo) as archive:  # type: ignore[call-overload]
        for info in archive:
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                raise Refused(f"a member that is a link, a device or has holes: {info.name}")
            yield info.name.removeprefix("./"), cast("_Opens", partial(archive.extractfile, info))
    while metered.read(CHUNK):
        pass
