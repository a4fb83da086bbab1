"""Figures that do not depend on the machine: statements sent, Delta commits, data files and bytes written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RECORDED = Path(__file__).with_name("counts.json")
TOLERANCE = 0.1
"""Share by which a figure may rise above the recorded one."""

MODEL = "fct_mrr_intervals"
BUILD = ("build", "--exclude-resource-type", "unit_test")
REBUILD = (*BUILD, "--full-refresh")
"""A build of everything, whatever a side would otherwise leave as it is because nothing changed."""
STEPS = {"first build": BUILD, "second build": BUILD, "edit one model": (*REBUILD, "--select", f"{MODEL}+")}
"""What is counted, in this order, on a lake with bronze and nothing else; the edit is stood for by a rebuild."""


@dataclass(frozen=True)
class Figures:
    """What a piece of work sent and wrote; `bytes` are those of the data files."""

    statements: int
    commits: int
    files: int
    bytes: int


def commits(warehouse: Path) -> dict[Path, tuple[int, int]]:
    """Commits in a warehouse, with what tells a commit from one of the same name of a table that was made again."""
    found = {path: path.stat() for path in warehouse.rglob("_delta_log/*.json")}
    return {path: (status.st_ino, status.st_mtime_ns) for path, status in found.items()}


def written(warehouse: Path, before: Mapping[Path, tuple[int, int]], statements: int) -> Figures:
    """Figures of the commits that are in a warehouse now and were not before."""
    new = [path for path, identity in commits(warehouse).items() if before.get(path) != identity]
    actions = [json.loads(line) for path in new for line in path.read_text(encoding="utf-8").splitlines()]
    added = [action["add"] for action in actions if "add" in action]
    return Figures(statements, len(new), len(added), sum(add["size"] for add in added))


def recorded() -> dict[str, dict[str, dict[str, int]]]:
    """The accepted figures by engine and step."""
    return dict(json.loads(RECORDED.read_text(encoding="utf-8"))["figures"]) if RECORDED.exists() else {}


def rises(engine: str, step: str, figures: Figures) -> list[str]:
    """One line for each figure that is more than the tolerance above its recorded one; empty when all is well."""
    accepted = recorded().get(engine, {}).get(step)
    if accepted is None:
        return [f"{engine}, {step}: no figures are recorded"]
    return [
        f"{engine}, {step}: {name} rose from {accepted[name]:,} to {value:,}"
        for name, value in asdict(figures).items()
        if value > accepted[name] * (1 + TOLERANCE)
    ]


def check(engine: str, step: str, figures: Figures) -> None:
    """Do nothing when no figure rose.

    Raises:
        AssertionError: one did; says which, and how it is accepted.
    """
    if found := rises(engine, step, figures):
        raise AssertionError("; ".join(found) + '. Mend it, or accept it: python -m bench counts --accept "<reason>"')


def accept(figures: Mapping[str, Mapping[str, Figures]], reason: str) -> None:
    """Record figures by engine and step, with the reason; engines that are not among them keep theirs."""
    content = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {"accepted": [], "figures": {}}
    for engine, steps in figures.items():
        content["figures"][engine] = {step: asdict(value) for step, value in steps.items()}
    today = datetime.now(UTC).date().isoformat()
    content["accepted"].append({"date": today, "engines": sorted(figures), "reason": reason})
    RECORDED.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
