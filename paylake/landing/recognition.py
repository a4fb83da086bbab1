"""What a file is, from its content: the beginning of its text decides, never its name."""

from __future__ import annotations

import io
import zlib

from paylake.landing.sources import GZIP, refuse_format
from paylake.landing.tables import header_of
from paylake.landing.verdicts import Refused
from paylake.providers import PROVIDERS, Recognised

HEAD = 64 << 10
"""Bytes at the beginning of a file that recognition sees."""


def recognise(head: bytes) -> Recognised:
    """Provider, export and header generation of a file that begins like this.

    Raises:
        Refused: nothing that landing knows, or an export that lacks what it must have.
    """
    if not head.strip():
        raise Refused("empty file")
    text = _text(head)
    begin = text.lstrip()[:1]
    if begin in ("{", "["):
        for provider in PROVIDERS.values():
            if provider.is_ours(text):
                return Recognised(provider.name, "api_objects", "json")
        raise Refused("unrecognised: JSON of no known provider")
    header = header_of(iter(io.StringIO(text, newline="")))
    for provider in PROVIDERS.values():
        if found := provider.of_header(header):
            if found.problem:
                raise Refused(found.problem)
            return found
    raise Refused(f"unrecognised: no known export has these {len(header)} column(s)")


def _text(head: bytes) -> str:
    refuse_format(head)
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD)
        except zlib.error as error:
            raise Refused(f"damaged gzip: {error}") from None
    if (nul := head.find(b"\0")) >= 0:
        raise Refused(f"a NUL at byte {nul}: not a text file")
    return head.decode("utf-8-sig", errors="ignore")
