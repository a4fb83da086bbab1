"""Text by lines and by columns: failing means that a cell is another one when a file is large, or cut elsewhere."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake.providers import text
from paylake.providers.refused import Refused
from paylake.providers.text import Lines, cells_of, columns_of, unquoted_at_end

TEXTS = st.text('ab,;\t"\r\n é5', max_size=40)


def by_csv(piece: str, width: int, delimiter: str, quotes: bool) -> list[tuple[str, ...]] | None:
    """What the csv module reads; None where it refuses, or a row has another width."""
    try:
        rows = [tuple(row) for row in cells_of(Lines((piece,)), delimiter, quotes) if row]
    except csv.Error:
        return None
    return rows if all(len(row) == width for row in rows) else None


@given(TEXTS, st.sampled_from(",;\t"), st.booleans())
def test_columns_hold_what_the_csv_module_reads(piece: str, delimiter: str, quotes: bool) -> None:
    for width in (1, 2, 3):
        columns = columns_of(piece, width, delimiter, quotes)
        if columns is not None:
            found = list(zip(*(column.to_pylist() for column in columns), strict=True))
            assert found == by_csv(piece, width, delimiter, quotes)


CELLS = st.text('ab,"\n é5', max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_is_read_by_columns(rows: list[tuple[str, str]], end: str) -> None:
    piece = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in rows)
    columns = columns_of(piece, 2, ",", True)
    assert columns is not None
    assert list(zip(*(column.to_pylist() for column in columns), strict=True)) == rows


@pytest.mark.parametrize("piece", ['a"b,c\n', '"a"b,c\n', '"a,b\n', "a\rb,c\n", "a\n", "a,b,c\n"])
def test_what_is_read_in_two_ways_is_left_to_the_csv_module(piece: str) -> None:
    assert columns_of(piece, 2, ",", True) is None


def cut(whole: str, places: list[int]) -> list[str]:
    at = sorted({0, len(whole), *(place % (len(whole) + 1) for place in places)})
    return [whole[start:end] for start, end in pairwise(at)]


@given(TEXTS, st.lists(st.integers(0, 40), max_size=5), st.integers(0, 3))
def test_lines_and_pieces_are_the_text_wherever_it_is_cut(whole: str, places: list[int], read: int) -> None:
    assert list(Lines(cut(whole, places))) == list(io.StringIO(whole, newline="\n"))
    lines = Lines(cut(whole, places))
    first = [line for _, line in zip(range(read), lines, strict=False)]
    pieces = list(lines.pieces())
    assert "".join([*first, *pieces]) == whole
    assert all(piece.endswith("\n") for piece in pieces[:-1])


@given(st.lists(TEXTS, max_size=6))
def test_pieces_do_not_end_within_quotes(pieces: list[str]) -> None:
    found = list(unquoted_at_end(iter(pieces)))
    assert "".join(map(str, found)) == "".join(pieces)
    assert all(str(piece).count('"') % 2 == 0 for piece in found[:-1])


def test_quotes_that_never_close_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_QUOTED", 10)
    first, rest = unquoted_at_end(iter(['"a",1\n', '5" b,2\n', "c,3\n", 'd,4\n"e",5\n']))
    assert first == '"a",1\n'
    assert isinstance(rest, Lines)
    assert list(cells_of(rest)) == [['5" b', "2"], ["c", "3"], ["d", "4"], ["e", "5"]]


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_LINE", 2 << 20)
    with pytest.raises(Refused, match="a line longer than 2 MiB"):
        list(Lines(["a" * (1 << 20)] * 4))
