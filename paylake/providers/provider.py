"""What landing needs to know of a provider; each module of this package builds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

TableOfHeader = Callable[[Sequence[str]], "Recognised | None"]
IsOurs = Callable[[str], bool]
TableOfDocument = Callable[[str, Mapping[str, object]], "str | None"]


@dataclass(frozen=True)
class Recognised:
    """What a file is: `table` is None where each record says for itself; `problem` tells why it cannot be landed."""

    provider: str
    export: str
    header_version: str
    table: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Provider:
    """One provider's exports.

    Args:
        name: its name in the ledger.
        schema: schema of its bronze tables.
        tables: table -> its own columns, as named in the export.
        identifiers: columns and keys that hold references: a lone run of digits there is no card number.
        of_header: recognises a CSV by its header.
        is_ours: recognises JSON by the beginning of its text.
        of_document: table of one JSON object, by its kind and keys; None when it is not this provider's.
    """

    name: str
    schema: str
    tables: Mapping[str, tuple[str, ...]]
    identifiers: frozenset[str]
    of_header: TableOfHeader
    is_ours: IsOurs
    of_document: TableOfDocument
