"""A sliding window over JSON text: the next value, wherever the pieces that it arrives in are cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from paylake.providers import Refused
from paylake.providers.text import LONGEST_LINE

_BLANK = re.compile(r"[ \t\r\n]*")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


# Counts the members of objects instead of building them: the fastest way to an object's end and to its duplicate keys.
COUNTER = json.JSONDecoder(object_pairs_hook=len, parse_int=str, parse_float=str, parse_constant=_no_constant)


def told(error: Exception) -> str:
    """What a JSON parser found wrong."""
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


class Window:
    """A sliding window over text.

    Args:
        chunks: the text, a piece at a time.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks, self._text, self._at, self._ended = chunks, "", 0, False

    def _fill(self) -> bool:
        wanted = max(1, len(self._text) - self._at)
        pieces = [self._text[self._at :]]
        while wanted > 0 and not self._ended:
            piece = next(self._chunks, None)
            self._ended = piece is None
            pieces.append(piece or "")
            wanted -= len(pieces[-1])
        grown = sum(map(len, pieces[1:])) > 0
        self._text, self._at = "".join(pieces), 0
        return grown

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def take(self, expected: str) -> str:
        """Step over one of the expected characters.

        Raises:
            Refused: something else is there, or nothing.
        """
        found = self.peek()
        if not found or found not in expected:
            raise Refused(f"malformed JSON: expected one of {expected} and found {found or 'the end of the file'}")
        self._at += 1
        return found

    def value(self, limit: int = LONGEST_LINE) -> str | None:
        """Text of the next value; None, and nothing taken, when it is longer than the limit.

        Raises:
            Refused: malformed, or the file ends within it.
        """
        self.peek()
        while True:
            try:
                _, end = COUNTER.raw_decode(self._text, self._at)
                if end < len(self._text) or self._text[end - 1] in '}]"' or self._ended:
                    text = self._text[self._at : end]
                    self._at = end
                    return text
            except (ValueError, RecursionError) as error:
                if self._ended or isinstance(error, RecursionError):
                    raise Refused(f"malformed JSON, or half a record: {told(error)}") from None
            if len(self._text) - self._at > limit:
                return None
            self._fill()

    def whole(self) -> str:
        """Text of the next value, which must fit in memory."""
        text = self.value()
        if text is None:
            raise Refused(f"a value longer than {LONGEST_LINE >> 20} MiB, or malformed JSON")
        return text
