"""What landing says about each file, and about a run as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from paylake.errors import ExitCode


@dataclass(frozen=True)
class FileVerdict:
    """What became of one file.

    `status` is landed, already_landed, unpacked (an archive, whose members are files of their own), quarantined,
    discarded (a person said that it never enters), lost (its source went away before it was whole in bronze), changed
    (it was written while it was read) or unreadable.
    `notices` say what is odd about a file that landed.
    """

    path: str
    status: str
    file_id: str = ""
    provider: str = ""
    export: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    notices: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = self.reason
        if self.status == "landed":
            tables = ", ".join(f"{table} {count:,}" for table, count in sorted(self.rows.items()) if count)
            told = f"{sum(self.rows.values()):,} rows" + (f" ({tables})" if tables else "")
        lines = [f"{self.status.replace('_', ' '):<14}  {self.path}" + (f"  {told}" if told else "")]
        return "\n".join(lines + [f"{'':<14}  note: {notice}" for notice in self.notices])


@dataclass
class LandingSummary:
    """A run's result; `batch` is the last batch of the lake that landed rows, 0 when there is none."""

    batch: int = 0
    files: list[FileVerdict] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Files per status."""
        return Counter(verdict.status for verdict in self.files)

    @property
    def rows(self) -> int:
        """Rows that this run added to bronze."""
        return sum(sum(v.rows.values()) for v in self.files if v.status == "landed")

    @property
    def exit_code(self) -> ExitCode:
        """0 when all is in bronze or discarded; 6 when something could not be read; 3 when a file was kept out."""
        counts = self.counts
        if counts["unreadable"]:
            return ExitCode.ENVIRONMENT
        kept_out = counts["quarantined"] + counts["lost"] + counts["changed"]
        return ExitCode.QUARANTINED if kept_out else ExitCode.OK

    def __str__(self) -> str:
        counts = self.counts
        told = [f"{counts['landed']:,} landed ({self.rows:,} rows)", f"{counts['already_landed']:,} already landed"]
        others = ("unpacked", "discarded", "quarantined", "lost", "changed", "unreadable")
        told += [f"{counts[status]:,} {status}" for status in others if counts[status]]
        files = "1 file" if len(self.files) == 1 else f"{len(self.files):,} files"
        return f"{files}: {', '.join(told)}; bronze is at batch {self.batch}"
