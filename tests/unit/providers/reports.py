"""Reports that the providers' tests write themselves, and the property that every text export must have."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers.provider import Column

Stage = Callable[..., Any]

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def names(text: str) -> list[str]:
    """Names of a header, with commas between."""
    return text.split(",")


def report(header: Sequence[str], *rows: Mapping[str, str]) -> bytes:
    """A CSV with these columns; cells that a row does not have are empty."""
    lines = [list(header), *([row.get(name, "") for name in header] for row in rows)]
    bare = any(
        "\r" in cell for line in lines for cell in line
    )  # Python's writer leaves a lone carriage return unquoted
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL).writerows(lines)
    return out.getvalue().encode()


def check_every_cell_is_found(
    stage: Stage, data: st.DataObject, table: str, columns: Sequence[Column], row: Mapping[str, str]
) -> None:
    """Draw a report with any choice of optional and unknown columns: each cell is in its column or rescued."""
    needed = [column.headers[0] for column in columns if column.is_required]
    free = [column.headers[0] for column in columns if not (column.format or column.is_required)]
    optional = data.draw(st.lists(st.sampled_from([*free, "new one", "Other (NC)"]), unique=True))
    header = data.draw(st.permutations(needed + optional))
    sent = [{**row, **{name: data.draw(TEXT) for name in optional}} for _ in range(data.draw(st.integers(0, 3)))]
    assume(not any(cards.find(cell) for line in sent for cell in line.values()))
    result = stage(report(header, *sent))
    assert (result.state, result.reason) == ("verified", "")
    assert result.verdict.cells == len(header) * len(sent)
    place = {column.headers[0]: column.name for column in columns}
    for line, landed in zip(sent, result.rows.get(table, []), strict=True):
        rescued = json.loads(landed["_rescued_data"] or "{}")
        found = {name: landed[place[name]] if name in place else rescued[name] for name in header}
        assert found == {name: line.get(name, "") for name in header}
