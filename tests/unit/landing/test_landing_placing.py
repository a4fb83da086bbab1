"""What no column claims: failing means that a rescued cell is not what the file held."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from paylake.landing.placing import json_objects

CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
NAMES = st.lists(CELL, min_size=1, max_size=3, unique=True)


@given(NAMES, st.lists(st.tuples(CELL, CELL, CELL), max_size=4), st.booleans())
def test_rescued_cells_come_back_from_their_json(
    names: list[str], rows: list[tuple[str, str, str]], plain: bool
) -> None:
    shown = [tuple(cell if not plain else "a" for cell in row) for row in rows]
    columns = [pa.array([row[at] for row in shown], pa.string()) for at in range(len(names))]
    found = json_objects(names, columns)
    assert [json.loads(text) for text in found.to_pylist()] == [dict(zip(names, row, strict=False)) for row in shown]
