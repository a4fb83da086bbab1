"""JSON of any shape that providers send: lines, arrays, list pages, maps, envelopes; one record at a time.

Values stay as sent: a number keeps its digits, a nested value its text. A key that appears twice refuses the file,
since one of its two values would be lost. Memory holds one record, never the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from paylake.landing.verdicts import Refused
from paylake.landing.window import COUNTER, Window, told

WHOLE = 4 << 20
"""A top-level object larger than this is read member by member."""
DEEPEST_MAP = 3

_CELLS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


@dataclass(frozen=True)
class Document:
    """One object of the export: `cells` are its members as JSON text, `frame` what surrounded it; `count` of both."""

    kind: str
    cells: Mapping[str, str]
    text: str
    count: int
    frame: Mapping[str, str] = field(default_factory=dict)


def cell_text(raw: str) -> str | None:
    """A JSON value as a bronze cell: strings without their quotes, null as null, everything else as sent."""
    if raw[0] == '"':
        return raw[1:-1] if "\\" not in raw else _TEXT.decode(raw)
    return None if raw == "null" else raw


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode()


def _is_string(raw: str | None) -> bool:
    return raw is not None and raw[0] == '"'


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
        raise Refused(f"the key {_duplicate(text)!r} appears twice")
    return cells


def _duplicate(text: str) -> str:
    seen: list[str] = []
    json.loads(text, object_pairs_hook=lambda pairs: seen.append(next(_repeated([k for k, _ in pairs]), "")))
    return seen[-1]


def _repeated(keys: list[str]) -> Iterator[str]:
    return (key for at, key in enumerate(keys) if key in keys[:at])


def expand(text: str, frame: Mapping[str, str] | None = None, depth: int = 0) -> Iterator[Document]:
    """Documents in one JSON object: itself, or what a list page, envelope or map of objects holds.

    Raises:
        Refused: there is no object with a kind in it.
    """
    cells, frame = members(text), frame or {}
    kind, data = cells.get("object"), cells.get("data")
    if kind == '"list"' and data is not None and data[0] == "[":
        for item in _ITEMS.decode(data):
            yield from expand(_text(item), frame, depth)
        yield page(cells)
    elif _is_string(kind):
        yield Document(str(cell_text(str(kind))), cells, text, len(cells) + len(frame), frame)
    elif data is not None and data[0] == "{" and not any(v[0] in "{[" for k, v in cells.items() if k != "data"):
        yield from expand(data, {**frame, **{k: v for k, v in cells.items() if k != "data"}}, depth)
    elif cells and depth < DEEPEST_MAP and all(value[0] == "{" for value in cells.values()):
        for key, value in cells.items():
            yield from expand(value, _under(frame, key), depth + 1)
    else:
        raise Refused("an object without a kind: not an export of an API")


def _under(frame: Mapping[str, str], key: str) -> dict[str, str]:
    path = [*json.loads(frame["key"]), key] if "key" in frame else [key]
    return {**frame, "key": json.dumps(path, ensure_ascii=False)}


def page(cells: Mapping[str, str]) -> Document:
    """The frame of a list page, without its data: a document of kind `list`."""
    kept = {key: value for key, value in cells.items() if key != "data"}
    return Document("list", kept, json.dumps(list(kept.items())), len(kept))


def documents(chunks: Iterator[str]) -> Iterator[Document]:
    """All documents of a file: JSON lines, one object or array, or several of them.

    Raises:
        Refused: whatever makes a record or the file impossible to account for.
    """
    window = Window(chunks)
    while start := window.peek():
        if start == "[":
            yield from _elements(window)
        elif start != "{":
            raise Refused(f"malformed JSON: a record begins with {start!r}")
        elif (text := window.value(WHOLE)) is not None:
            yield from expand(text)
        else:
            yield from _large_object(window, {}, 0)


def _elements(window: Window) -> Iterator[Document]:
    window.take("[")
    if window.peek() == "]":
        window.take("]")
        return
    while True:
        yield from expand(window.whole())
        if window.take(",]") == "]":
            return


def _key(window: Window) -> str:
    if window.peek() != '"':
        window.take('"')
    key: str = _TEXT.decode(window.whole())
    window.take(":")
    return key


def _large_object(window: Window, frame: Mapping[str, str], depth: int) -> Iterator[Document]:
    window.take("{")
    key = _key(window)
    if window.peek() == "{":
        yield from _large_map(window, key, frame, depth)
        return
    kept: dict[str, str] = {}
    while True:
        if key in kept:
            raise Refused(f"the key {key!r} appears twice")
        if key == "data" and window.peek() == "[" and kept.get("object") in (None, '"list"'):
            kept[key] = "[]"
            yield from _elements(window)
        else:
            kept[key] = window.whole()
        if window.take(",}") == "}":
            break
        key = _key(window)
    if kept.get("data") == "[]" and kept.get("object") != '"list"':
        raise Refused("a large array that is not a list page")
    yield from expand("{" + ",".join(f"{json.dumps(k)}:{v}" for k, v in kept.items()) + "}", frame, depth)


def _large_map(window: Window, key: str, frame: Mapping[str, str], depth: int) -> Iterator[Document]:
    seen: set[str] = set()
    while True:
        if key in seen or window.peek() != "{" or depth >= DEEPEST_MAP:
            raise Refused(f"the key {key!r} appears twice, or a large object is neither a record nor a map of records")
        seen.add(key)
        inner = _under(frame, key)
        text = window.value(WHOLE)
        yield from expand(text, inner, depth + 1) if text else _large_object(window, inner, depth + 1)
        if window.take(",}") == "}":
            return
        key = _key(window)
