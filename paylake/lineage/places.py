"""Where an identifier can stand in bronze, and the statements that look there: one for all tables of a provider."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from paylake.kernel.binding import literal
from paylake.providers.provider import FRAMES, Column, Provider

MOST_RECORDS = 1_000
"""Records that one look returns at most."""
RESCUED = "_rescued_data"
OWN = "id"
"""Column of a JSON table by which an object names itself."""


@dataclass(frozen=True)
class Place:
    """One bronze table to look in.

    Args:
        table: its name.
        relation: its schema and name.
        columns: its own columns.
        identifiers: names of those that hold references.
        nested: names of those whose text can be JSON with references in it.
        has_own: whether its objects name themselves, in the column `id`.
    """

    table: str
    relation: str
    columns: tuple[Column, ...]
    identifiers: tuple[str, ...]
    nested: tuple[str, ...]
    has_own: bool = False

    @property
    def fetched(self) -> tuple[str, ...]:
        """Names of the columns that a look returns, in their order."""
        return (RESCUED, *(column.name for column in self.columns))

    def of(self, there: Collection[str]) -> Place:
        """The place with the columns that its table has."""
        columns = tuple(column for column in self.columns if column.name in there)
        return replace(self, columns=columns, identifiers=tuple(name for name in self.identifiers if name in there))


@dataclass(frozen=True)
class Wanted:
    """What one look is for.

    Args:
        ids: identifiers to find in every identifier column.
        own: identifiers to find only where an object names itself.
        nested: one to find within JSON text, too.
    """

    ids: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    nested: str | None = None


def places(provider: Provider, tables: Collection[str]) -> list[Place]:
    """The tables of a provider to look in.

    Args:
        provider: the provider.
        tables: those with rows: the others are passed over.
    """
    documents = provider.documents.columns if provider.documents else {}
    found = []
    for table, columns in provider.columns.items():
        if table not in tables:
            continue
        known = provider.references if table in documents else frozenset[str]()
        identifiers = tuple(c.name for c in columns if c.is_identifier or known.intersection(c.headers))
        nested = tuple(c.name for c in columns if c.format is None) if table in documents else ()
        nested = ("cells",) if table == FRAMES else (RESCUED, *nested)
        relation = f"{provider.schema}.{table}"
        found.append(Place(table, relation, columns, identifiers, nested, table in documents and OWN in identifiers))
    return found


def _array(names: Sequence[str]) -> str:
    return f"array({', '.join(f'`{name}`' for name in names)})"


def _texts(ids: Sequence[str]) -> str:
    return f"array({', '.join(map(literal, ids))})"


def _condition(place: Place, wanted: Wanted) -> str:
    either = []
    if wanted.ids and place.identifiers:
        either.append(f"arrays_overlap({_array(place.identifiers)}, {_texts(wanted.ids)})")
    if wanted.own and place.has_own:
        either.append(f"`{OWN}` in {literal(list(wanted.own))}")
    if wanted.nested is not None:
        text = ", ".join(f"`{name}`" for name in place.nested)
        quoted = literal(json.dumps(wanted.nested, ensure_ascii=False))
        either.append(f"instr(concat_ws(' ', {text}), {quoted}) > 0")
    return " or ".join(either)


def rows_statement(looked_in: Sequence[Place], wanted: Wanted) -> str:
    """The rows with what is wanted: table, lineage, and the fetched columns as one array; empty when nowhere.

    Rows found in nested text are candidates: the text can stand under any key, or in no JSON at all.
    """
    selects = [
        f"select {literal(place.table)} as place, _file_id, _file_path, _record, _batch, _ingested_at,"  # noqa: S608 - names of ours
        f" {_array(place.fetched)} as cells from {place.relation} where {condition}"
        for place in looked_in
        if (condition := _condition(place, wanted))
    ]
    return f"{' union all '.join(selects)} limit {MOST_RECORDS + 1}" if selects else ""


def counts_statement(looked_in: Sequence[Place], ids: Sequence[str]) -> str:
    """How many rows have each identifier in an identifier column: columns `id` and `records`."""
    selects = [
        f"select explode(array_distinct({_array(place.identifiers)})) as id from {place.relation}"  # noqa: S608 - names of ours
        f" where {_condition(place, Wanted(tuple(ids)))}"
        for place in looked_in
        if place.identifiers
    ]
    if not selects:
        return ""
    counted = f"from ({' union all '.join(selects)}) where id in {literal(list(ids))}"
    return f"select id, count(*) as records {counted} group by id"
