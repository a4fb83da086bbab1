"""Tables by great-tables, in our own style sheet: theirs costs a mail 12 KB a table."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from great_tables import GT, loc, style

ATTRIBUTES = re.compile(r' (?:id|headers|data-quarto-[a-z-]+|rowspan)="[^"]*"')


def render(
    rows: list[dict[str, str]], columns: dict[str, str], group: str | None = None, right: tuple[str, ...] = ()
) -> str:
    """An HTML table, small enough for a mail.

    Args:
        rows: texts by column; a row whose `strong` is not empty is bold.
        columns: headings of the columns shown, in order.
        group: column whose changes start a group with a heading.
        right: columns that are aligned to the right.
    """
    names = list(columns)
    shown = [*names, group] if group else names
    table: Any = GT(pd.DataFrame([{name: row.get(name, "") for name in shown} for row in rows]), groupname_col=group)
    table = table.cols_label(**columns).cols_align("left", columns=[name for name in names if name not in right])
    if right:
        table = table.cols_align("right", columns=list(right))
    if strong := [number for number, row in enumerate(rows) if row.get("strong")]:
        table = table.tab_style(style.text(weight="bold"), loc.body(rows=strong))
    html: str = table.as_raw_html()
    return ATTRIBUTES.sub("", html[html.index("<table") : html.rindex("</table>")]) + "</table>"


def as_text(rows: list[dict[str, str]], columns: list[str], group: str | None = None) -> str:
    """The same rows for the plain part of a mail: first column to the left, the others to the right."""
    widths = {name: max((len(row.get(name, "")) for row in rows), default=0) for name in columns}
    lines: list[str] = []
    last = None
    for row in rows:
        if group and row[group] != last:
            last = row[group]
            lines += ["", last] if lines else [last]
        cells = [row.get(columns[0], "").ljust(widths[columns[0]])] + [
            row.get(c, "").rjust(widths[c]) for c in columns[1:]
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
