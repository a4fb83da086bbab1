"""Looking for identifiers in a provider's bronze, step by step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from paylake.errors import PaylakeError
from paylake.kernel.binding import literal
from paylake.landing import cards
from paylake.lineage.places import MOST_RECORDS, Place, Wanted, counts_statement, places, rows_statement
from paylake.lineage.records import LONGEST, Found, Record, clean, read_row, shown
from paylake.lineage.result import NotFollowed, Trace
from paylake.providers import Provider

SHORTEST = 6
"""Characters of an identifier that is followed: a shorter one (a batch number) means something else elsewhere."""
MOST_ROWS = 50
"""Rows with an identifier above which it is shared by everything, whatever its column is called."""
LARGER = re.compile(
    "account|batch|card|consumer|customer|deposit|destination$|fingerprint|payer|payment_?method|payout|plan|price|product"
    "|settlement|shopper|sku|store|subscription|terminal|token",
    re.IGNORECASE,
)
"""In the names of columns whose identifiers name something larger than a payment."""
MOST_IDS = 200
"""Identifiers that one step follows."""

LANDED = """
    select files.file_id, files.rows, coalesce(batches.at, files.at) as landed_at
    from bronze_ops.files as files
    left join bronze_ops.batches as batches on files.batch = batches.batch
    where files.state = 'landed' and files.provider = {provider}
"""


def why_not(identifier: str) -> str:
    """Why an identifier cannot be followed whatever rows it has; empty where it can."""
    if cards.find(identifier):
        return "it is written like a card number"
    if len(identifier) < SHORTEST:
        return f"it has fewer than {SHORTEST} characters, and may mean something else elsewhere"
    return "it is too long for an identifier" if len(identifier) > LONGEST else ""


def why_own(column: str, rows: int) -> str:
    """Why of an identifier only the object is listed that it names; empty where all its records are.

    Args:
        column: where it was found.
        rows: how many have it.
    """
    if LARGER.search(column):
        return "other payments have it too: trace it by itself to see them"
    return f"{rows:,} rows have it, more than {MOST_ROWS}: trace it by itself to see them" if rows > MOST_ROWS else ""


class Looking:
    """One trace under way.

    Args:
        spark: a session.
        provider: whose bronze.

    Raises:
        PaylakeError: nothing of the provider has landed.
    """

    def __init__(self, spark: Any, provider: Provider) -> None:
        self._spark, self._provider = spark, provider
        self._landed = self._landed_files()
        tables = {table for rows, _ in self._landed.values() for table, count in rows.items() if count}
        if not tables:
            raise PaylakeError(
                f"Nothing of {provider.name} has landed in this lake.", "Land its exports with `paylake land`."
            )
        self._places = [self._as_it_is(place) for place in places(provider, tables)]
        self._by_table = {place.table: place for place in self._places}
        self._wanted = ""
        self._records: dict[tuple[str, str, int], Record] = {}
        self._next: dict[str, str] = {}
        self._seen: set[str] = set()
        self._left: list[NotFollowed] = []
        self._is_cut = False

    def start(self, identifier: str) -> None:
        """Find the records that have the identifier, in nested JSON too.

        Raises:
            PaylakeError: none has.
        """
        self._wanted = identifier
        self._seen.add(identifier)
        self._look(Wanted((identifier,), nested=identifier), 0)
        if not self._records:
            tables = ", ".join(place.table for place in self._places)
            raise PaylakeError(
                f"No record of {self._provider.name} has {clean(identifier)!r}. Looked in the {len(self._landed):,} "
                f"files that landed, in the tables {tables}.",
                "Compare the spelling with the provider's, capital letters too. Files that are in quarantine or have "
                "not landed are not looked in: `paylake land` names those that it kept out.",
            )

    def follow(self, hop: int) -> None:
        """Find the records of the identifiers that the last step found."""
        candidates = {one: column for one, column in self._next.items() if one not in self._seen}
        self._next = {}
        if not candidates:
            return
        self._seen |= candidates.keys()
        asked = [one for one in candidates if not why_not(one)][:MOST_IDS]
        counted = self._rows(counts_statement(self._places, asked)) if asked else ()
        reasons = {row["id"]: why_own(candidates[row["id"]], row["records"]) for row in counted}
        for one, column in candidates.items():
            beyond = "" if one in asked else f"a step follows {MOST_IDS} identifiers"
            if reason := why_not(one) or reasons.get(one) or beyond:
                self._left.append(NotFollowed(clean(one), column, reason))
        own = [one for one in asked if reasons.get(one)]
        self._look(Wanted(tuple(one for one in asked if one not in own), tuple(own)), hop)

    def result(self) -> Trace:
        """What was found so far."""
        records = sorted(self._records.values(), key=lambda r: (r.landed_at, r.file, r.file_id, r.table, r.record))
        looked_in = tuple(place.relation for place in self._places)
        identifier = clean(self._wanted)
        return Trace(self._provider.name, identifier, tuple(records), tuple(self._left), looked_in, self._is_cut)

    def _look(self, wanted: Wanted, hop: int) -> None:
        ids = {*wanted.ids, *wanted.own}
        rows = self._rows(rows_statement(self._places, wanted))
        self._is_cut |= len(rows) > MOST_RECORDS
        for row in sorted(rows[:MOST_RECORDS], key=lambda r: (r["place"], r["_file_id"], r["_record"])):
            place = self._by_table[row["place"]]
            cells = dict(zip(place.fetched, row["cells"], strict=True))
            read = read_row(place, cells, ids, self._provider.references)
            if read.found:
                self._keep(row, read, hop)

    def _keep(self, row: Mapping[str, Any], read: Found, hop: int) -> None:
        _, landed_at = self._landed.get(row["_file_id"], ({}, row["_ingested_at"]))
        found = {clean(one): names for one, names in read.found.items()}
        where = (row["place"], row["_file_path"], row["_file_id"], row["_record"], row["_batch"])
        identifiers, values = shown(read.identifiers, leave=read.found), shown(read.values)
        record = Record(hop, *where, _utc(landed_at), found, identifiers, values)
        self._records.setdefault(record.key, record)
        for column, identifier in read.identifiers.items():
            self._next.setdefault(identifier, column)

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        found: Iterable[dict[str, Any]] = self._spark.sql(statement).toArrow().to_pylist() if statement else ()
        return list(found)

    def _landed_files(self) -> dict[str, tuple[dict[str, int], datetime]]:
        if not self._spark.catalog.tableExists("bronze_ops.files"):
            return {}
        rows = self._rows(LANDED.format(provider=literal(self._provider.name)))
        return {row["file_id"]: (json.loads(row["rows"]), row["landed_at"]) for row in rows}

    def _as_it_is(self, place: Place) -> Place:
        """The place without the columns that a mapping has now, and its table not yet."""
        if not self._provider.mapping:
            return place
        return place.of(self._spark.table(place.relation).columns)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
