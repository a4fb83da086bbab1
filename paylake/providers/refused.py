"""Why a file must stay out of bronze."""

from __future__ import annotations


class Refused(Exception):
    """A file that must not enter bronze.

    Args:
        reason: why, with card digits masked.
        record: position in the file of what was wrong, where there is one.
        is_releasable: whether a person who looked at the file may let it in all the same: a control total that does not
            tie or a cell that is written in another way, never a card number, damage, or a file that nobody knows.
    """

    def __init__(self, reason: str, record: int | None = None, *, is_releasable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.record = record
        self.is_releasable = is_releasable

    def __str__(self) -> str:
        return self.reason if self.record is None else f"record {self.record}: {self.reason}"


class MissingColumns(Refused):
    """A header that is nearly an export's.

    Args:
        missing: names of the columns that it lacks.
        share: part of the required columns that it has.
    """

    def __init__(self, missing: list[str], share: float) -> None:
        super().__init__(f"a header without the column(s) {', '.join(missing)}")
        self.share = share
