"""Reading a file once: bytes hashed as they pass, gzip unpacked, and only whole, clean UTF-8 let through as text."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any

import fsspec

from paylake.landing.verdicts import Refused

CHUNK = 1 << 20
LONGEST_LINE = 64 << 20
GZIP = b"\x1f\x8b"
_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or spreadsheet: unpack it, or export it as CSV",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\xff\xfe": "UTF-16 text: export it as UTF-8",
    b"\xfe\xff": "UTF-16 text: export it as UTF-8",
    b"\x28\xb5\x2f\xfd": "a zstd archive: unpack it",
    b"BZh": "a bzip2 archive: unpack it",
}


class _Hashing(io.RawIOBase):
    """A binary file that hashes what is read of it."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw, self.sha256 = raw, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        return len(data)


def refuse_format(head: bytes) -> None:
    """Refuse what is not text by its first bytes.

    Raises:
        Refused: a format that landing does not read.
    """
    for magic, name in _OTHER_FORMATS.items():
        if head.startswith(magic):
            raise Refused(name)


class Source:
    """One file, read once from begin to end.

    Args:
        url: a path or any fsspec URL.
    """

    def __init__(self, url: str) -> None:
        self._file: IO[bytes] = fsspec.open(url, "rb").open()
        self._hashing = _Hashing(self._file)
        self._bytes = io.BufferedReader(self._hashing, CHUNK)

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def sha256(self) -> str:
        """Hash of the whole file; reads what is left of it."""
        while self._hashing.read(CHUNK):
            pass
        return self._hashing.sha256.hexdigest()

    def chunks(self) -> Iterator[str]:
        """The text, a piece at a time, without byte order mark.

        Raises:
            Refused: not UTF-8, NUL bytes, a damaged or torn gzip, or another format.
        """
        head = self._bytes.peek(8)[:8]
        refuse_format(head)
        stream: IO[bytes] = self._bytes
        if head.startswith(GZIP):
            stream = gzip.GzipFile(fileobj=self._bytes, mode="rb")  # type: ignore[assignment]
        yield from decode(_blocks(stream))

    def lines(self) -> Iterator[str]:
        r"""The text by lines, each with its `\n`; the last one may have none."""
        pending = ""
        for chunk in self.chunks():
            *whole, rest = (pending + chunk).split("\n")
            for line in whole:
                yield line + "\n"
            pending = rest
            if len(pending) > LONGEST_LINE:
                raise Refused(f"a line longer than {LONGEST_LINE >> 20} MiB")
        if pending:
            yield pending


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := stream.read(CHUNK):
            yield block
    except EOFError:
        raise Refused("torn gzip: the file ends before its compressed data does") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"damaged gzip: {error}") from None


def decode(blocks: Iterator[bytes]) -> Iterator[str]:
    """Text of blocks of bytes.

    Raises:
        Refused: bytes that are not UTF-8, or a NUL, with the position of the first one.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen, first = 0, True

    def text_of(block: bytes, final: bool) -> str:
        pending = len(decoder.getstate()[0])
        try:
            return decoder.decode(block, final)
        except UnicodeDecodeError as error:
            raise Refused(f"not UTF-8 at byte {seen - pending + error.start}: {error.reason}") from None

    for block in blocks:
        if (nul := block.find(b"\0")) >= 0:
            raise Refused(f"a NUL at byte {seen + nul}")
        text = text_of(block, final=False)
        seen += len(block)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        yield text
    text_of(b"", final=True)
