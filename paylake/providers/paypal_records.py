"""The layout of PayPal's settlement, transaction detail and subscription agreement reports: lines with record types.

RH and FH open a report and a file of it, SH a section (one account), CH names the columns of its SB rows; SF and SC
close the section, RF and RC the report, FF the file. Footers count the rows, and those of settlement reports add them
up by currency.

Source: PayPal's Settlement Report and Transaction Detail Report specifications, "File structure" and "Report data".
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from paylake.providers.layouts import BLOCK, NEARLY, missing_columns, names_of, ragged
from paylake.providers.provider import Block, Export, Frame
from paylake.providers.refused import MissingColumns, Refused
from paylake.providers.text import Lines, cells_of

CLOSES = {"SF": "section", "SC": "section", "RF": "report", "RC": "report", "FF": "file"}
"""The record types of footers -> what each of them closes."""
OPENS = frozenset({"RH", "FH", "SH"})
SUMS = ("gross credits", "gross debits", "fee credits", "fee debits")
"""What a footer of a currency adds up, in its order after the currency; unsigned minor units."""
MONEY = (
    ("Transaction Debit or Credit", "Gross Transaction Amount", "Gross Transaction Currency", SUMS[:2]),
    ("Fee Debit or Credit", "Fee Amount", "Fee Currency", SUMS[2:]),
)


@dataclass
class _Totals:
    """What the rows of a section, report or file come to."""

    rows: int = 0
    rows_in: Counter[str] = field(default_factory=Counter)
    minor: Counter[tuple[str, str]] = field(default_factory=Counter)
    footed: set[str] = field(default_factory=set)

    def add(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.rows += len(rows)
        place = {name: at for at, name in enumerate(header)}
        for sign, amount, currency, names in MONEY:
            if not {sign, amount, currency} <= place.keys():
                continue
            for row in rows:
                cell = row[place[amount]].strip()
                name = names[row[place[sign]].strip() == "DR"]
                self.minor[row[place[currency]].strip(), name] += int(cell) if cell.isdecimal() else 0
        if (at := place.get(MONEY[0][2])) is not None:
            self.rows_in.update(row[at].strip() for row in rows)

    def check(self, cells: Sequence[str], record: int) -> None:
        """Compare with one footer.

        Raises:
            Refused: it says something else, or is written in a way that no version of the reports is known for.
        """
        kind, *said = (cell.strip() for cell in cells)
        told = f"the footer {kind} of the {CLOSES[kind]}"
        if len(said) == 1 and said[0].isdecimal():
            self._check_count(told, int(said[0]), {self.rows}, record)
        elif len(said) >= 5 and all(cell.isdecimal() for cell in said[1:5]):
            currency = said[0]
            self.footed.add(currency)
            for name, total in zip(SUMS, map(int, said[1:5]), strict=False):
                if total != (summed := self.minor[currency, name]):
                    raise _differs(f"{told} says {total} {currency} of {name}, its rows come to {summed}", record)
            if len(said) % 2 == 0 and said[-1].isdecimal():  # balances are pairs of CR or DR and amount
                self._check_count(f"{told}, {currency},", int(said[-1]), {self.rows, self.rows_in[currency]}, record)
        elif any(said):
            raise _differs(f"{told} is not written as PayPal's specification says", record)
        if kind in ("SC", "RC") and self.footed and (unfooted := sorted(self.rows_in.keys() - self.footed)):
            raise _differs(f"{told} comes without a total of {', '.join(unfooted)}", record)

    def _check_count(self, told: str, said: int, right: set[int], record: int) -> None:
        if said not in right:
            counted = " or ".join(str(count) for count in sorted(right))
            raise _differs(f"{told} says {said} rows, there are {counted}", record)


def _differs(reason: str, record: int) -> Refused:
    return Refused(f"{reason}: get the report again, or release it", record, is_releasable=True)


def _records(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for cells in cells_of(lines):
            if cells:
                number += 1
                yield number, cells
    except csv.Error as error:
        raise Refused(f"malformed CSV: {error}", number + 1) from None


class _Report:
    """One file while it is read: the rows not yet passed on, the open frames and their totals."""

    def __init__(self, export: Export, check_totals: bool) -> None:
        self.table, self.columns = next(iter(export.columns.items()))
        self.check_totals = check_totals
        self.totals = {"section": _Totals(), "report": _Totals(), "file": _Totals()}
        self.header: list[str] = []
        self.rows: list[list[str]] = []
        self.opened: set[str] = set()
        self.first = 0
        self.is_continued = False
        self.last = ""

    def name_columns(self, cells: list[str], record: int) -> Block:
        self.header = names_of(cells)
        required = sum(column.is_required for column in self.columns)
        if missing := missing_columns(self.columns, self.header):
            share = 1 - len(missing) / required
            raise MissingColumns(missing, share) if share >= NEARLY[1] else Refused("no header of this export", record)
        return Block.of(self.table, self.header, (), record)

    def add_row(self, cells: list[str], record: int) -> None:
        if not self.header:
            raise Refused("a row before the column names (CH)", record)
        if len(cells) != len(self.header):
            raise Refused(ragged(len(cells), len(self.header)), record)
        self.first = self.first if self.rows else record
        self.rows.append(cells)

    def flush(self) -> Iterator[Block]:
        if not self.rows:
            return
        rows, self.rows = self.rows, []
        if self.check_totals:
            for totals in self.totals.values():
                totals.add(self.header, rows)
        yield Block.of(self.table, self.header, rows, self.first)

    def frame(self, cells: list[str], record: int) -> Frame:
        kind = cells[0]
        if self.last == "FF":
            raise Refused(f"a record {kind} after the footer of the file (FF)", record)
        if kind == "SH":
            self.totals["section"] = _Totals()
        if kind == "FH" and len(cells) > 1 and cells[1].strip().isdecimal():
            self.is_continued = int(cells[1]) > 1
        if kind in OPENS:
            self.opened.add(kind)
        elif self.check_totals and (kind == "FF" or not self.is_continued):
            self.totals[CLOSES[kind]].check(cells, record)
        return Frame(kind, cells, record)

    def end(self) -> None:
        closing = {"FF"} if "FH" in self.opened else CLOSES.keys()
        if self.check_totals and self.opened and self.last not in closing:
            footer = ", ".join(kind for kind in CLOSES if kind in closing)
            raise Refused(
                f"the report ends without its footer ({footer}): get the whole report, or release it",
                is_releasable=True,
            )


def record_types(lines: Lines, export: Export, check_totals: bool) -> Iterator[Block | Frame]:
    """Rows (SB) under their names (CH), everything else as frames of the record type's name.

    A file of a report in several files (FH above 1) holds the end of sections that began in another one: of its footers
    only the file's own can be checked.

    Raises:
        Refused: no record type where one must be, a row before its names or of another width, a footer that differs
            from the rows, or frames that open and never close.
    """
    report = _Report(export, check_totals)
    for record, cells in _records(lines):
        kind = cells[0] = cells[0].strip()
        if kind == "SB":
            report.add_row(cells, record)
            if len(report.rows) == BLOCK:
                yield from report.flush()
        else:
            yield from report.flush()
            if kind == "CH":
                yield report.name_columns(cells, record)
            elif kind in OPENS or kind in CLOSES:
                yield report.frame(cells, record)
            else:
                raise Refused(f"a line that begins with none of PayPal's record types: {kind[:4]!r}", record)
        report.last = kind
    yield from report.flush()
    report.end()
