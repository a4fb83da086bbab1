"""`%%sql`: a statement in a cell, its `:names` bound to the notebook's variables, its rows shown and kept with `-o`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, NoReturn

from paylake.errors import UsageError
from paylake.kernel.binding import bind
from paylake.kernel.frames import ROWS, display


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            f"%%sql: {message}.", "Use %%sql, %%sql -o name to keep the frame, %%sql -n 100 to show more rows."
        )


def _options(line: str) -> Any:
    parser = _Parser(prog="%%sql", add_help=False)
    parser.add_argument("-o", dest="name")
    parser.add_argument("-n", dest="rows", type=int, default=ROWS)
    found = parser.parse_args(line.split())
    if found.name and not found.name.isidentifier():
        raise UsageError(f"%%sql: {found.name!r} is no name of a variable.", "Use letters, digits and underscores.")
    return found


def sql(line: str, cell: str | None, variables: dict[str, Any]) -> Any:
    """Run a statement; `%sql` returns the frame, `%%sql` shows it."""
    options = _options(line if cell is not None else "")
    statement = (cell if cell is not None else line).strip().rstrip(";").strip()
    if not statement:
        raise UsageError("%%sql: there is no statement.", "Write one below the magic.")
    frame = variables["spark"].sql(bind(statement, variables))
    if options.name:
        variables[options.name] = frame
    if cell is None:
        return frame
    if frame.columns:
        display(frame, rows=options.rows)
    return None
