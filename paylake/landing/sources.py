"""Reading a file once: bytes hashed as they pass, gzip unpacked, and only whole, clean text let through."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

import fsspec

from paylake.landing.archives import CHUNK, GZIP, LIMITS, Limits, Meter
from paylake.providers import Refused
from paylake.providers.text import Lines

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or spreadsheet within a gzip: unpack it, or export it as CSV",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\x28\xb5\x2f\xfd": "a zstd archive: unpack it",
    b"BZh": "a bzip2 archive: unpack it",
}


class _Hashing(io.RawIOBase):
    """A binary file that hashes what is read of it."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw, self.sha256, self.count = raw, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        self.count += len(data)
        return len(data)


def refuse_format(head: bytes) -> None:
    """Refuse what is not text by its first bytes.

    Raises:
        Refused: a format that landing does not read.
    """
    for magic, name in _OTHER_FORMATS.items():
        if head.startswith(magic):
            raise Refused(name)


def open_bytes(url: str) -> IO[bytes]:
    """The bytes of a file.

    Args:
        url: a path or any fsspec URL.
    """
    file: IO[bytes] = fsspec.open(url, "rb").open()
    return file


class Source:
    """One file, read once from begin to end.

    Args:
        file: its bytes, open; whoever opened them closes them.
        limits: how much a gzip may unpack to.
    """

    def __init__(self, file: IO[bytes], limits: Limits = LIMITS) -> None:
        self._hashing = _Hashing(file)
        self._bytes = io.BufferedReader(self._hashing, CHUNK)
        self._limits = limits

    def sha256(self) -> str:
        """Hash of the whole file; reads what is left of it."""
        while self._hashing.read(CHUNK):
            pass
        return self._hashing.sha256.hexdigest()

    def chunks(self, encoding: str = "utf-8") -> Iterator[str]:
        """The text, a piece at a time, without byte order mark.

        Raises:
            Refused: not in this encoding, NUL bytes, a damaged or torn gzip, or another format.
        """
        head = self._bytes.peek(8)[:8]
        refuse_format(head)
        blocks = _blocks(self._bytes)
        if head.startswith(GZIP):
            blocks = self._metered(_blocks(gzip.GzipFile(fileobj=self._bytes, mode="rb")))  # type: ignore[arg-type]
        yield from decode(blocks, encoding)

    def _metered(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        meter = Meter(self._limits)
        for block in blocks:
            meter.count(len(block), self._hashing.count)
            yield block

    def lines(self, encoding: str = "utf-8") -> Lines:
        """The text by lines."""
        return Lines(self.chunks(encoding))


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := stream.read(CHUNK):
            yield block
    except EOFError:
        raise Refused("torn gzip: the file ends before its compressed data does") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"damaged gzip: {error}") from None


def encoding_of(head: bytes, declared: str) -> str:
    """The encoding of a text: as its byte order mark says, else as declared; without a mark UTF-16 is UTF-8.

    Raises:
        Refused: UTF-16 where it is not declared.
    """
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    is_declared = declared.startswith("utf-16")
    if not head.startswith(UTF_16):
        return "utf-8" if is_declared else declared
    if not is_declared:
        raise Refused("UTF-16 text: export it as UTF-8")
    return "utf-16"


def decode(blocks: Iterator[bytes], declared: str = "utf-8") -> Iterator[str]:
    """Text of blocks of bytes.

    Raises:
        Refused: bytes that are not of the encoding, or a NUL, with the position of the first one.
    """
    first = next(blocks, b"")
    encoding = encoding_of(first, declared)
    decoder = codecs.getincrementaldecoder(encoding)()
    seen, is_first = 0, True

    def text_of(block: bytes, final: bool) -> str:
        pending = len(decoder.getstate()[0])
        try:
            return decoder.decode(block, final)
        except UnicodeDecodeError as error:
            at = seen - pending + error.start
            raise Refused(f"not {encoding.upper()} at byte {at}: {error.reason}") from None

    for block in chain((first,), blocks):
        text = text_of(block, final=False)
        if "\0" in text:
            raise Refused(f"a NUL near byte {seen + max(0, block.find(0))}")
        seen += len(block)
        if is_first and text:
            text, is_first = text.removeprefix("\ufeff"), False
        yield text
    text_of(b"", final=True)
