"""What becomes of each real export file, judged as a landing would, without Spark; docs/reference/samples.md lists it.

A section of the page is a folder: what a person wrote, and under it a table that `python -m tests.samples` writes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from paylake.landing.discovery import Content, find_files, read_content
from paylake.landing.staging import FileTask, parse_file
from paylake.providers import PROVIDERS
from paylake.providers.known import read_mappings
from paylake.providers.provider import FRAMES
from paylake.settings import find_project

PROJECT = find_project(Path(__file__).parent)
PAGE = PROJECT / "docs/reference/samples.md"
SAMPLES = Path(os.environ.get("PAYLAKE_SAMPLES", PROJECT.parent / "shared" / "samples"))
ALL = "All groups"
TOP = "The folder's own pages"


class Sample(NamedTuple):
    """One line of the page: a file and its verdict."""

    group: str
    file: str
    verdict: str
    rows: int
    frames: int
    provider: str
    export: str
    why: str

    def __str__(self) -> str:
        rows = f"{self.rows:,}" if self.provider else ""
        frames = f" and {self.frames:,} frames" if self.frames else ""
        cells = (self.file, self.verdict, rows + frames, f"{self.provider} {self.export}".strip(), self.why)
        return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def judge(samples: Path, staging: Path) -> Iterator[Sample]:
    """Verdicts on all files of a folder, in their order.

    Args:
        samples: the folder.
        staging: where rows of those that land are staged.

    Raises:
        AssertionError: a file cannot be read.
    """
    providers = PROVIDERS | read_mappings(PROJECT / "mappings", PROVIDERS)
    files = find_files([str(samples)], lambda verdict: sys.exit(str(verdict)))
    for batch, found in enumerate(files, 1):  # some files are the same: a batch each keeps their rows apart
        path = Path(found.url).relative_to(samples)
        group = path.parent.as_posix() if len(path.parts) > 1 else TOP
        for content in read_content(found, providers):
            assert isinstance(content, Content), content
            if (kind := content.recognised) is None:
                yield Sample(group, path.name, "quarantined", 0, 0, "", "", content.reason)
                continue
            named = (kind.provider, kind.export, kind.header_version)
            mapping = providers[kind.provider].mapping
            staged = parse_file(FileTask(found.url, content.file_id, batch, 0.0, *named, str(staging), mapping=mapping))
            verdict = {"verified": "landed"}.get(staged.state, staged.state) + ", releasable" * staged.is_releasable
            rows = Counter(staged.rows)
            frames = rows.pop(FRAMES, 0)
            why = staged.reason or "; ".join(staged.notices)
            yield Sample(group, path.name, verdict, rows.total(), frames, kind.provider, kind.export, why)


def tables(samples: Iterable[Sample]) -> dict[str, list[str]]:
    """The page's tables by section, each as its lines."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.group, []).append(sample)
    every = ["| group | files | landed | quarantined | rows |", "|---|---|---|---|---|"]
    found = {ALL: every}
    for group, inside in sorted(groups.items()):
        landed = sum(sample.verdict == "landed" for sample in inside)
        every.append(
            f"| {group} | {len(inside)} | {landed} | {len(inside) - landed} | {sum(s.rows for s in inside):,} |"
        )
        found[group] = ["| file | verdict | rows | provider and export | why |", "|---|---|---|---|---|"]
        found[group] += map(str, inside)
    return found


def written(page: str, new: dict[str, list[str]]) -> str:
    """The page with new tables; sections of groups that are gone go, too."""
    head, *sections = page.split("\n## ")
    prose = {}
    for section in sections:
        name, *lines = section.splitlines()
        prose[name] = "\n".join(line for line in lines if not line.startswith("|")).strip()
    parts = [head.rstrip()]
    for name, lines in new.items():
        told = f"{prose[name]}\n\n" if prose.get(name) else ""
        parts.append(f"## {name}\n{told}" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        new = tables(judge(SAMPLES, Path(folder)))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), new), encoding="utf-8")
