"""Spark frames as tables: `display(frame)`, or a frame as a cell's last line, shows its first rows."""

from __future__ import annotations

from html import escape
from typing import Any

from paylake.kernel.privacy import scrub_display

ROWS = 20
CELL_CHARACTERS = 120


def is_frame(value: object) -> bool:
    """Whether a value is a Spark frame, of the classic or the Connect client."""
    return any(
        kind.__name__ == "DataFrame" and kind.__module__.startswith("pyspark.sql") for kind in type(value).__mro__
    )


def show(frame: Any, rows: int = ROWS) -> tuple[str, str]:
    """The first rows as HTML and as text, with a line that says whether there are more."""
    fetched = frame.limit(rows + 1).collect()
    names = [scrub_display(str(name)) for name in frame.columns]
    numeric = [
        kind.split("(")[0] in ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")
        for _, kind in frame.dtypes
    ]
    cells = [[_text(value) for value in row] for row in fetched[:rows]]
    more = (
        f"The first {rows} rows; display(frame, rows={rows * 5}) shows more."
        if len(fetched) > rows
        else f"{len(cells)} row{'s' * (len(cells) != 1)}."
    )
    return _html(names, numeric, cells, more), _plain(names, cells, more)


def _text(value: object) -> str:
    text = "" if value is None else scrub_display(str(value))
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


def _html(names: list[str], numeric: list[bool], cells: list[list[str]], more: str) -> str:
    align = ["right" if number else "left" for number in numeric]
    head = "".join(
        f'<th style="text-align:{side}">{escape(name)}</th>' for name, side in zip(names, align, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:{side}">{escape(cell)}</td>' for cell, side in zip(row, align, strict=True))
        + "</tr>"
        for row in cells
    )
    return f'<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p style="opacity:.7">{escape(more)}</p>'


def _plain(names: list[str], cells: list[list[str]], more: str) -> str:
    widths = [max(len(line[n]) for line in [names, *cells]) for n in range(len(names))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [names, *cells]
    ]
    return "\n".join([*lines, more])


def display(*values: Any, rows: int = ROWS, **options: Any) -> Any:
    """IPython's `display`, which also knows Spark frames; `rows` limits what it shows of them."""
    from IPython import display as ipython

    show_value: Any = ipython.display

    handle = None
    for value in values:
        if is_frame(value):
            html, text = show(value, rows)
            handle = show_value({"text/html": html, "text/plain": text}, raw=True, **options)
        else:
            handle = show_value(value, **options)
    return handle
