"""What a file is, from its content: the beginning of its text decides, never its name."""

from __future__ import annotations

import csv
import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence

from paylake.landing.archives import GZIP
from paylake.landing.sources import UTF_16, encoding_of, refuse_format
from paylake.providers import PROVIDERS, Provider, Recognised, Refused
from paylake.providers.layouts import NEARLY, missing_columns, names_of
from paylake.providers.provider import DOCUMENTS, Block, Export
from paylake.providers.refused import MissingColumns
from paylake.providers.text import Lines

HEAD = 64 << 10
"""Bytes at the beginning of a file that recognition sees."""
_HOW_TO = "docs/how-to/add-a-provider.md"
_CONNECTOR = re.compile(r"\A[^\n]*\b_fivetran_(?:synced|id)\b")


def header_version(header: Sequence[str]) -> str:
    """Name of a header's generation: how many columns, and a hash of their names in any order."""
    digest = hashlib.sha256("\0".join(sorted(header)).encode()).hexdigest()
    return f"{len(header)}-{digest[:8]}"


def recognise(head: bytes, providers: Mapping[str, Provider] = PROVIDERS) -> Recognised:
    """Provider, export and header generation of a file that begins like this; the first provider that knows it has it.

    Raises:
        Refused: nothing that landing knows, or an export that lacks what it must have.
    """
    if not head.strip():
        raise Refused("empty file")
    head, is_whole = _unpacked(head)
    text = _decoded(head, "utf-8")
    if text is not None and text.lstrip()[:1] in ("{", "["):
        for provider in providers.values():
            if provider.documents and provider.documents.is_ours(text):
                return Recognised(provider.name, DOCUMENTS, "json")
        raise Refused(f"unrecognised: JSON of no known provider: declare it ({_HOW_TO}), or keep it elsewhere")
    return _Text(head, is_whole).recognise(providers)


def _unpacked(head: bytes) -> tuple[bytes, bool]:
    """Beginning of the text, and whether that is all of it."""
    refuse_format(head)
    is_whole = len(head) < HEAD
    if head.startswith(GZIP):
        stream = zlib.decompressobj(wbits=31)
        try:
            head = stream.decompress(head, HEAD)
        except zlib.error as error:
            raise Refused(f"damaged gzip: {error}") from None
        is_whole = stream.eof
        refuse_format(head)
    if not head.startswith(UTF_16) and (nul := head.find(b"\0")) >= 0:
        raise Refused(f"a NUL at byte {nul}: not a text file")
    return head, is_whole


def _decoded(head: bytes, encoding: str) -> str | None:
    try:
        return head.decode(encoding_of(head, encoding), errors="ignore").removeprefix("\ufeff")
    except Refused:
        return None


class _Text:
    """The beginning of a text export.

    Args:
        head: its bytes.
        is_whole: whether that is all of it.
    """

    def __init__(self, head: bytes, is_whole: bool) -> None:
        self._head, self._is_whole = head, is_whole
        self._texts: dict[str, str | None] = {}

    def recognise(self, providers: Mapping[str, Provider]) -> Recognised:
        nearest: tuple[float, str] = (0, "")
        for provider in providers.values():
            for export in provider.exports:
                try:
                    if (header := self._header(export)) is not None:
                        return Recognised(provider.name, export.name, header_version(header))
                except MissingColumns as near:
                    nearest = max(nearest, (near.share, _told(provider, export, near)))
                except (Refused, csv.Error):
                    continue
        if _CONNECTOR.search(self._text("utf-8") or ""):
            raise Refused("unrecognised: a connector's table, not an export: land the provider's own files")
        if nearest[0]:
            raise Refused(nearest[1])
        if self._head.startswith(UTF_16):
            raise Refused("unrecognised UTF-16 text: export it as UTF-8")
        raise Refused(f"unrecognised: no known export begins like this: describe it ({_HOW_TO}), or keep it elsewhere")

    def _header(self, export: Export) -> Sequence[str] | None:
        """Names of the first header; None when this cannot be the export.

        Raises:
            Refused: it is not the export.
        """
        text = self._text(export.encoding)
        if text is None or not _can_be(export, text):
            return None
        for part in export.layout(self._lines(text), export, False):
            if isinstance(part, Block):
                names = names_of(part.header)
                return None if missing_columns(export.columns[part.table], names) else names
        return ()

    def _text(self, encoding: str) -> str | None:
        if encoding not in self._texts:
            self._texts[encoding] = _decoded(self._head, encoding)
        return self._texts[encoding]

    def _lines(self, text: str) -> Lines:
        return Lines((text if self._is_whole else text[: text.rfind("\n") + 1],))


def _can_be(export: Export, text: str) -> bool:
    """Whether a text can be an export's, before its layout is asked: most names of its header stand in it."""
    if export.marks is not None:
        return export.marks(text)
    for columns in export.columns.values():
        required = [column for column in columns if column.is_required]
        present = sum(any(header in text for header in column.headers) for column in required)
        if present >= len(required) * NEARLY[1]:
            return True
    return False


def _told(provider: Provider, export: Export, near: MissingColumns) -> str:
    return f"{provider.name} {export.name}: {near.reason}"
