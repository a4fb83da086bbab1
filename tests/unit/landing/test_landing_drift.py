"""Exports that drift: a failing test means that a cell of a changed file is lost, or a changed meaning gets in."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing.placing import distinct_names
from paylake.providers import PROVIDERS, Provider
from paylake.providers.formats import DECIMAL
from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Export, column

NAMES = ("Sale", "Day", "Gross", "Fee", "Net", "Note", "Bank Ref", "État")
OLD_NAMES = {name: f"Old {name}" for name in NAMES}
NEW_NAMES = ("Tax", "Tip", "Sale#2", "sale", "")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
NUMBERS = st.sampled_from(["1", "-2.50", ".5", "0.", "", " ", "1000000"])
CHANGED = st.sampled_from(["1,50", "EUR 1", "(2)", "1.2E+10", "n/a"])
IS_DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
Row = list[str]


@dataclass
class File:
    """A delivery as it is written: rows before the header, the header, rows, and rows after them."""

    before: list[Row]
    header: Row
    rows: list[Row]
    after: list[Row]

    def text(self, delimiter: str) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([*self.before, self.header, *self.rows, *self.after])
        return out.getvalue()


Drift = Callable[[st.DrawFn, File], None]


def place(draw: st.DrawFn, file: File) -> int:
    return draw(st.integers(0, len(file.header) - 1))


def add_column(draw: st.DrawFn, file: File) -> None:
    at, name = draw(st.integers(0, len(file.header))), draw(st.sampled_from([*NEW_NAMES, *file.header]))
    file.header.insert(at, name)
    for row in file.rows:
        row.insert(at, draw(TEXT))


def remove_column(draw: st.DrawFn, file: File) -> None:
    at = place(draw, file)
    for row in (file.header, *file.rows):
        del row[at : at + 1]
    file.header[:] = file.header or ["Tax"]


def rename_column(draw: st.DrawFn, file: File) -> None:
    at = place(draw, file)
    file.header[at] = draw(st.sampled_from([OLD_NAMES.get(file.header[at], "Tax"), *NEW_NAMES]))


def move_columns(draw: st.DrawFn, file: File) -> None:
    order = draw(st.permutations(range(len(file.header))))
    for row in (file.header, *(row for row in file.rows if len(row) == len(order))):
        row[:] = [row[at] for at in order]


def change_cell(draw: st.DrawFn, file: File) -> None:
    if file.rows:
        row = draw(st.sampled_from(file.rows))
        if row:
            row[draw(st.integers(0, len(row) - 1))] = draw(CHANGED)


def tear_row(draw: st.DrawFn, file: File) -> None:
    if file.rows:
        row = draw(st.sampled_from(file.rows))
        row[:] = row[: draw(st.integers(0, len(row)))] if draw(st.booleans()) else [*row, draw(TEXT)]


def frame(draw: st.DrawFn, file: File) -> None:
    file.before.append(draw(st.lists(TEXT, max_size=3)))
    file.after.append(["TOTAL", *draw(st.lists(TEXT, max_size=3))])


DRIFTS: tuple[Drift, ...] = (
    add_column, remove_column, rename_column, move_columns, change_cell, tear_row, frame,
)  # fmt: skip


def total(row: Sequence[str]) -> str | None:
    return "total" if row[0] == "TOTAL" else None


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[tuple[Column, ...], str, File]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
    columns = tuple(
        column(
            name,
            OLD_NAMES[name],
            required=at == 0 or draw(st.booleans()),
            format=draw(st.sampled_from([None, DECIMAL])),
            identifier=draw(st.booleans()),
        )
        for at, name in enumerate(names)
    )
    rows = [[draw(NUMBERS if c.format else TEXT) for c in columns] for _ in range(draw(st.integers(0, 4)))]
    file = File([], list(names), rows, [])
    for drift in draw(st.lists(st.sampled_from(DRIFTS), min_size=1, max_size=3)):
        drift(draw, file)
    return columns, draw(st.sampled_from([",", ";", "\t"])), file


def claimed(columns: Sequence[Column], header: Sequence[str]) -> dict[str, int]:
    """Column -> place in the header, by the declaration's own words: its newest name that is there, the first of it."""
    return {
        c.name: header.index(next(n for n in c.headers if n in header)) for c in columns if {*c.headers} & {*header}
    }


def why_refused(columns: Sequence[Column], file: File) -> str:
    places = claimed(columns, file.header)
    if any(c.is_required and c.name not in places for c in columns):
        return "header"
    for row in filter(None, file.rows):
        if len(row) != len(file.header):
            return "cells under"
        for c in columns:
            cell = row[places[c.name]].strip() if c.name in places and c.format else ""
            if cell and not IS_DECIMAL.fullmatch(cell) and not (c.is_identifier and cell == "1.2E+10"):
                return "is not"
    return ""


@settings(
    max_examples=1_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deliveries())
def test_every_cell_of_a_file_that_drifted_is_found_or_the_file_is_quarantined(
    tmp_path: Path, stage: Callable[..., Any], delivery: tuple[tuple[Column, ...], str, File]
) -> None:
    columns, delimiter, file = delivery
    shutil.rmtree(tmp_path / "staging", ignore_errors=True)
    layout = delimited(delimiter, frame_of=total)
    provider = Provider("drifting", "bronze_drifting", (Export("sales", {"sales": columns}, layout),))
    PROVIDERS[provider.name] = provider
    try:
        result = stage(file.text(delimiter).encode(), providers={provider.name: provider})
    finally:
        del PROVIDERS[provider.name]
    reason = why_refused(columns, file)
    assert result.state == ("quarantined" if reason else "verified"), result.reason
    if reason:
        assert not result.rows
        return
    sent = [row for row in file.rows if row]
    staged = result.rows.get("sales", [])
    names, places = distinct_names(file.header), claimed(columns, file.header)
    assert len(staged) == len(sent)
    for cells, row in zip(sent, staged, strict=True):
        rescued = json.loads(row["_rescued_data"] or "{}")
        assert {c.name: row[c.name] for c in columns} == {
            c.name: cells[places[c.name]] if c.name in places else None for c in columns
        }
        assert rescued == {names[at]: cell for at, cell in enumerate(cells) if at not in places.values()}
    frames = [json.loads(row["cells"]) for row in result.rows.get("report_frames", [])]
    assert frames == [row for row in (*file.before, *file.after) if row]
    assert result.verdict.cells == sum(map(len, (*sent, *frames)))
    told = Counter(name for notice in result.verdict.notices for name in names if repr(name) in notice)
    assert {names[at] for at in range(len(names)) if at not in places.values()} <= told.keys()
