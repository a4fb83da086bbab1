"""Values for the `:names` in a statement, as literals.

Delta 4.4's parser drops the parameters of `spark.sql(..., args=...)` (delta-io/delta#7640), so they are bound here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from paylake.errors import UsageError

TOKEN = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|(?<![:\w]):(?P<name>[A-Za-z_]\w*)",
    re.DOTALL,
)


def literal(value: Any) -> str:
    """A Python value as Spark SQL writes it.

    Raises:
        UsageError: the value is of a type that has no literal.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case Decimal() if value.is_finite():
            return f"cast('{value:f}' as decimal(38, {max(0, -int(value.as_tuple().exponent))}))"
        case float():
            return f"cast('{value!r}' as double)"
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case datetime():
            at = value.astimezone(UTC) if value.tzinfo else value
            return f"timestamp '{at:%Y-%m-%d %H:%M:%S.%f}'"
        case date():
            return f"date '{value.isoformat()}'"
        case list() | tuple() | set() if value:
            return f"({', '.join(literal(item) for item in value)})"
    raise UsageError(
        f"A {type(value).__name__} cannot be a value in SQL.", "Use a text, number, date or a list of them."
    )


def bind(statement: str, values: Mapping[str, Any]) -> str:
    """The statement with every `:name` outside of quotes and comments replaced by its value.

    Raises:
        UsageError: a name has no value, or one that SQL cannot hold.
    """

    def replace(token: re.Match[str]) -> str:
        name = token["name"]
        if name is None:
            return token[0]
        if name not in values:
            raise UsageError(f"There is no variable {name} for :{name} in the statement.", "Set it in a cell above.")
        return literal(values[name])

    return TOKEN.sub(replace, statement)
