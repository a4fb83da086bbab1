"""Records of runs: what a run left in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from paylake.reporting import mail
from paylake.settings import Settings


@dataclass(frozen=True)
class ReportRun:
    """One finished run.

    Args:
        name: the report's.
        key: names the run's folder: when it started, and a hash of its parameters.
        state: `ready`, or `notice` when the number is withheld.
        folder: holds run.json, index.html, notebook.ipynb (not for every notice) and mail/.
        parameters: as validated, with the month that `last` meant.
        figures: hash of every figure in it.
        figures_at: when they were read, ISO 8601 in UTC.
        as_of: until when the data reaches.
        subject: of the mail.
        reasons: why the number is withheld; empty when it is not.
    """

    name: str
    key: str
    state: str
    folder: Path
    parameters: dict[str, Any]
    figures: str
    figures_at: str
    as_of: str
    subject: str
    reasons: tuple[str, ...] = ()

    @property
    def page(self) -> Path:
        """The report as one page."""
        return self.folder / "index.html"

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.folder / "notebook.ipynb"

    def mail(self) -> mail.Rendered:
        """The rendered mail of this run."""
        parts = self.folder / "mail"
        images = {f"{path.stem}@paylake": path.read_bytes() for path in sorted(parts.glob("*.png"))}
        text, html = ((parts / name).read_text(encoding="utf-8") for name in ("body.txt", "body.html"))
        return mail.Rendered(self.subject, text, html, images)

    def save(self) -> None:
        """Write run.json."""
        record = asdict(self) | {"reasons": list(self.reasons)}
        del record["folder"]
        (self.folder / "run.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> ReportRun:
        """The run in a folder."""
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return cls(**record | {"folder": folder, "reasons": tuple(record["reasons"])})


def last_run(name: str, settings: Settings) -> ReportRun | None:
    """The newest finished run of a report."""
    folders = sorted((settings.lake_path / "reports" / name).glob("[0-9]*/run.json"))
    return ReportRun.read(folders[-1].parent) if folders else None
