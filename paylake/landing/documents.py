"""JSON of any shape that providers send: lines, arrays, pages, maps, envelopes; one record at a time.

Values stay as sent: a number keeps its digits, a nested value its text. A key that appears twice refuses the file,
since one of its two values would be lost. Memory holds one record, never the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from paylake.landing.cards import mask
from paylake.landing.window import COUNTER, Window, told
from paylake.providers import Refused
from paylake.providers.provider import FRAMES, Documents

WHOLE = 4 << 20
"""A top-level object larger than this is read member by member."""
DEEPEST = 8
"""Envelopes and maps around a record."""

_TOO_DEEP = f"no record within {DEEPEST} envelopes"
_CELLS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


class NoRecord(Refused):
    """An object that is no record and holds none."""

    def __init__(self, keys: Collection[str] = ()) -> None:
        shown = ", ".join(sorted(keys)[:8])
        super().__init__(f"an object that is no known record and holds none{f', with the keys {shown}' * bool(shown)}")


@dataclass(frozen=True)
class Document:
    """One object of the export: `cells` are its members as JSON text, `frame` what surrounded it; `count` of both."""

    table: str
    cells: Mapping[str, str]
    text: str
    frame: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many cells it has, those of its frame included."""
        return len(self.cells) + len(self.frame)


def cell_text(raw: str) -> str | None:
    """A JSON value as a bronze cell: strings without their quotes, null as null, everything else as sent."""
    if raw[0] == '"':
        return raw[1:-1] if "\\" not in raw else _TEXT.decode(raw)
    return None if raw == "null" else raw


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode()


def members(text: str) -> dict[str, str]:
    """Members of one JSON object, each value as its JSON text.

    Raises:
        Refused: not an object, malformed, or a key appears twice.
    """
    try:
        cells = {key: _text(raw) for key, raw in _CELLS.decode(text).items()}
        count = COUNTER.decode(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"malformed JSON: {told(error)}") from None
    if len(cells) != count:
        raise Refused(f"the key {mask(_duplicate(text))!r} appears twice")
    return cells


def _duplicate(text: str) -> str:
    seen: list[str] = []
    json.loads(text, object_pairs_hook=lambda pairs: seen.append(next(_repeated([k for k, _ in pairs]), "")))
    return seen[-1]


def _repeated(keys: list[str]) -> Iterator[str]:
    return (key for at, key in enumerate(keys) if key in keys[:at])


def joined(cells: Mapping[str, str]) -> str:
    """The object that has these members."""
    return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{value}" for key, value in cells.items()) + "}"


def _items(value: str) -> list[str] | None:
    """Objects of an array as text; None where it is no array of objects."""
    if value[0] != "[":
        return None
    items = [_text(raw) for raw in _ITEMS.decode(value)]
    return items if all(item[0] == "{" for item in items) else None


def _under(frame: Mapping[str, str], key: str) -> Mapping[str, str]:
    """The frame of what stands under a key of a map; `data` is an envelope's and says nothing."""
    if key == "data":
        return frame
    path = [*json.loads(frame["key"]), key] if "key" in frame else [key]
    return {**frame, "key": json.dumps(path, ensure_ascii=False)}


class Reader:
    """Finds the records in a provider's JSON.

    Args:
        declared: how the provider's JSON is made.
    """

    def __init__(self, declared: Documents) -> None:
        self._lists, self._table_of = declared.lists, declared.table_of

    def documents(self, chunks: Iterator[str]) -> Iterator[Document]:
        """All documents of a file: JSON lines, one object or array, or several of them.

        Raises:
            Refused: whatever makes a record or the file impossible to account for.
        """
        window = Window(chunks)
        while start := window.peek():
            if start == "[":
                yield from self._elements(window, {}, 0)
            elif start != "{":
                raise Refused(f"malformed JSON: a record begins with {start!r}")
            elif (text := window.value(WHOLE)) is not None:
                yield from self.expand(text, {})
            else:
                yield from self._large_object(window, {}, 0)

    def expand(self, text: str, frame: Mapping[str, str], depth: int = 0) -> Iterator[Document]:
        """Documents in one JSON object: itself, or what a page, an envelope or a map of objects holds.

        Raises:
            NoRecord: there is no record in it.
        """
        if depth > DEEPEST:
            raise Refused(_TOO_DEEP)
        cells = members(text)
        lists = {key: items for key in self._lists if key in cells and (items := _items(cells[key])) is not None}
        if lists:
            for items in lists.values():
                for item in items:
                    yield from self.expand(item, frame, depth + 1)
            yield from self._page({key: value for key, value in cells.items() if key not in lists}, frame)
        elif table := self._table_of(cells, frame):
            yield Document(table, cells, text, frame)
        else:
            yield from self._within(cells, frame, depth)

    def _within(self, cells: Mapping[str, str], frame: Mapping[str, str], depth: int) -> Iterator[Document]:
        """What the objects among the members of an envelope or a map hold; its other members frame it."""
        around = {key: value for key, value in cells.items() if value[0] != "{"}
        outer, found = {**frame, **around}, list[Document]()
        for key in [key for key in cells if key not in around]:
            try:
                found += self.expand(cells[key], _under(outer, key), depth + 1)
            except NoRecord:
                around[key] = cells[key]
        if not found:
            raise NoRecord(cells.keys())
        yield from (replace(document, frame={**around, **document.frame}) for document in found)

    def _page(self, rest: Mapping[str, str], frame: Mapping[str, str]) -> Iterator[Document]:
        if rest:
            yield Document(self._table_of(rest, frame) or FRAMES, rest, joined(rest), frame)

    def _elements(self, window: Window, frame: Mapping[str, str], depth: int) -> Iterator[Document]:
        window.take("[")
        if window.peek() == "]":
            window.take("]")
            return
        while True:
            yield from self.expand(window.whole(), frame, depth)
            if window.take(",]") == "]":
                return

    def _large_object(self, window: Window, frame: Mapping[str, str], depth: int) -> Iterator[Document]:
        """An object that is too large to be looked at whole: a page, or a map that begins with a record."""
        if depth > DEEPEST:
            raise Refused(_TOO_DEEP)
        kept: dict[str, str] = {}
        lists, records = list[str](), list[str]()
        window.take("{")
        while True:
            key = _key(window)
            if key in kept or key in lists or key in records:
                raise Refused(f"the key {mask(key)!r} appears twice")
            start = window.peek()
            if start == "[" and key in self._lists:
                lists.append(key)
                yield from self._elements(window, frame, depth + 1)
            elif start != "{" or kept:
                kept[key] = window.whole()
            elif (text := window.value(WHOLE)) is None:
                records.append(key)
                yield from self._large_object(window, _under(frame, key), depth + 1)
            else:
                try:
                    yield from self.expand(text, _under(frame, key), depth + 1)
                    records.append(key)
                except NoRecord:
                    kept[key] = text
            if window.take(",}") == "}":
                break
        if records and self._table_of({**kept, **dict.fromkeys(records, "{}")}, frame):
            raise Refused("a large record that begins with objects that are records themselves")
        if lists or records:
            yield from self._page(kept, frame)
        else:
            yield from self.expand(joined(kept), frame, depth)


def _key(window: Window) -> str:
    if window.peek() != '"':
        window.take('"')
    key: str = _TEXT.decode(window.whole())
    window.take(":")
    return key
