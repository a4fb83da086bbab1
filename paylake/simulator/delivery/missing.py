"""What nobody tells any more once some files cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from paylake.simulator.delivery.content import File, contents
from paylake.simulator.delivery.settled import SETTLED, Told
from paylake.simulator.ledger import Ledger

Row = dict[str, Any]


def told(file: File, ledger: Ledger) -> list[Told]:
    """The records of a file; of a settlement export with their money, of any other by what they say."""
    read = SETTLED.get(file.provider)
    return (list(read(file, ledger)) if read else []) or [Told((text,)) for text in contents(file)]


def missing_rows(
    lost: Iterable[File], intact: Iterable[File], ledgers: Mapping[str, Ledger]
) -> Iterator[tuple[File, Row]]:
    """For each lost file and currency its records, and which of them no other file tells, with their money.

    A record that several lost files tell is missing because of the first. One that stands twice in a file is two.
    """
    known: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in ledgers}
    for file in intact:
        known[file.provider] |= Counter(one.key for one in told(file, ledgers[file.provider]))
    for file in lost:
        records = told(file, ledgers[file.provider])
        own: Counter[tuple[str, ...]] = Counter()
        rows: dict[str | None, Row] = {}
        for one in records:
            own[one.key] += 1
            row = rows.setdefault(one.currency, {"records": 0, "missing_records": 0, "missing_minor": 0})
            row["records"] += 1
            if own[one.key] > known[file.provider][one.key]:
                row["missing_records"] += 1
                row["missing_minor"] += one.net
        known[file.provider] |= own
        for currency, row in rows.items():
            yield file, {"currency": currency, **row}
