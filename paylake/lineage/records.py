"""What a trace shows of a bronze row: where the identifier stands, and the few values that no person is known by."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from paylake.kernel.privacy import scrub_display
from paylake.landing import cards
from paylake.lineage.places import Place
from paylake.logs import SECRET_KEYS

LONGEST = 80
"""Characters of a value that is shown, and of an identifier that is followed."""
_AMOUNT, _WORD = r"-?\d+(\.\d+)?", r"[A-Za-z][\w.-]{0,39}"
_TIME = r"\d{9,13}|\d{4}-\d\d-\d\d([T ][\d:.]+( ?[+-]\d\d:?\d\d|Z)?)?"
_NAMED = tuple(
    (re.compile(name), re.compile(value))
    for name, value in (
        (r"^(amount(_(captured|refunded|paid|due|received))?|gross|net|fee|tax|total)$|[aA]mount$", _AMOUNT),
        (r"[cC]urrency$", "[A-Za-z]{3}"),
        (r"^(?!.*[bB]irth).*((^|_)(created|date|at|on|time)|Date|At|Time)$", _TIME),
        (r"(^|_)(status|type|kind|reason|category|success|event)$|(Status|Type|Code)$", _WORD),
    )
)


@dataclass(frozen=True)
class Record:
    """One record of a file that a trace found; card numbers, addresses and secrets are masked.

    Args:
        hop: 0 where the traced identifier stands in it, n where one does that n steps led to.
        table: its bronze table.
        file: where its file was found.
        file_id: sha256 of the file.
        record: its position in the file, from 1.
        batch: the batch that landed it.
        landed_at: when that was, UTC.
        found: identifier -> the columns, or the paths within JSON, where it stands.
        identifiers: its other identifiers, by column.
        values: amounts, currencies, dates and states, by column, as sent.
    """

    hop: int
    table: str
    file: str
    file_id: str
    record: int
    batch: int
    landed_at: datetime
    found: dict[str, list[str]]
    identifiers: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes two records the same one."""
        return self.table, self.file_id, self.record

    def to_dict(self) -> dict[str, Any]:
        """The record for JSON."""
        return asdict(self) | {"landed_at": self.landed_at.isoformat()}


@dataclass(frozen=True)
class Found:
    """A row that was looked at: where the wanted identifiers stand, what can be followed, what can be shown."""

    found: dict[str, list[str]]
    identifiers: dict[str, str]
    values: dict[str, str]


def read_row(
    place: Place, cells: Mapping[str, str | None], wanted: Collection[str], references: Collection[str]
) -> Found:
    """Look at one row.

    Args:
        place: its table.
        cells: the fetched columns by name.
        wanted: identifiers that were looked for.
        references: keys of the provider's JSON that hold references.
    """
    found: dict[str, list[str]] = {}
    members: Mapping[str, str] = {}
    for name in place.identifiers:
        if (value := cells[name]) in wanted and value is not None:
            found.setdefault(value, []).append(name)
    for name in place.nested:
        if (text := cells[name]) and any(one in text for one in wanted):
            for path, value, around in _strings(_loaded(text), name):
                if value in wanted and path != name:
                    found.setdefault(value, []).append(path)
                    members = members or around
    formats = {column.name: column.format is not None for column in place.columns}
    own = {column.name: cells[column.name] or "" for column in place.columns}
    inner = {key: value for key, value in members.items() if key not in own}
    identifiers = {name: _reference(own[name]) for name in place.identifiers}
    identifiers |= {key: value for key, value in inner.items() if key in references}
    rest = {name: value for name, value in {**own, **inner}.items() if name not in identifiers}
    return Found(
        {value: list(dict.fromkeys(names)) for value, names in found.items()},
        {name: value for name, value in identifiers.items() if value and not SECRET_KEYS.search(name)},
        {name: value for name, value in rest.items() if _may_be_shown(name, value, formats.get(name, False))},
    )


def shown(values: Mapping[str, str], leave: Collection[str] = ()) -> dict[str, str]:
    """Values as they may be shown: masked, and cut where they are long.

    Args:
        values: by name.
        leave: values that are shown elsewhere.
    """
    return {name: clean(value) for name, value in values.items() if value not in leave}


def clean(text: str) -> str:
    """A text without card numbers, addresses and secrets, cut where it is long."""
    masked = scrub_display(cards.mask(text))
    return masked if len(masked) <= LONGEST else f"{masked[:LONGEST]}..."


def _may_be_shown(name: str, value: str, is_written: bool) -> bool:
    """Whether a value is an amount, a date or a state: what has a format is, the rest is by its name and its look."""
    if not value.strip() or SECRET_KEYS.search(name):
        return False
    return is_written or any(column.search(name) and form.fullmatch(value) for column, form in _NAMED)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None


def _reference(value: str) -> str:
    """An identifier as sent; of an expanded object, the one by which it names itself."""
    if not value.startswith(("{", "[")):
        return value
    inner = _loaded(value)
    named = inner.get("id") if isinstance(inner, dict) else None
    return named if isinstance(named, str) else ""


def _strings(
    value: Any, path: str, around: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Each text in JSON: its path, itself, and the members of the object that it stands in."""
    if isinstance(value, str):
        yield path, value, around or {}
    elif isinstance(value, dict):
        members = {key: inner for key, inner in value.items() if isinstance(inner, str)}
        for key, inner in value.items():
            yield from _strings(inner, f"{path}.{key}", members)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, path, around)
