"""What docs/reference/engines.md says of the two engines, as rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from paylake.settings import find_project

PAGE = find_project() / "docs" / "reference" / "engines.md"
REFUSED, KNOWN = "Refused", "To be known"


@dataclass(frozen=True)
class Difference:
    """One line of the page: a statement and the first value that each engine gives, as text; `error` where it fails."""

    sql: str
    spark: str
    sail: str


def differences(section: str) -> list[Difference]:
    """The lines of one section."""
    text = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (chosen,) = [part for part in text if part.startswith(section)]
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| .+ \|$", chosen, re.MULTILINE)
    return [Difference(*row) for row in rows]
