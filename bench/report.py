"""What a run found: a table on the screen, one JSON file, one Markdown table."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

console = Console()
RESULTS = Path(__file__).parent / "results"
VERSIONS = ("paylake", "pyspark", "delta-spark", "pysail", "dbt-core", "dbt-spark")


def say(text: str) -> None:
    """One line of progress."""
    console.print(text, markup=False, highlight=False)


@dataclass(frozen=True)
class Measure:
    """One figure of a workload over the rounds, against a peer's or alone.

    Args:
        workload: its name.
        what: what was measured.
        unit: of `ours` and `peer`, for example s.
        ours: one value a round.
        peer: the peer's, of the same rounds; empty where there is none.
        peer_name: who that is.
        at_least: how many times less than the peer ours should be.
        at_most: how many times the peer's ours may be; without a peer, how much.
    """

    workload: str
    what: str
    unit: str
    ours: Sequence[float]
    peer: Sequence[float] = ()
    peer_name: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratios(self) -> list[float]:
        """The figure that the target speaks of, one a round."""
        if not self.peer:
            return list(self.ours)
        pairs = list(zip(self.ours, self.peer, strict=True))
        return [o / p for o, p in pairs] if self.at_most is not None else [p / o for o, p in pairs]

    @property
    def target(self) -> str:
        """The target in words; empty without one."""
        sign, value = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return "" if value is None else f"{sign} {value:g} {'x' if self.peer else self.unit}"

    @property
    def holds(self) -> bool | None:
        """Whether the median meets the target; None without one."""
        median = statistics.median(self.ratios)
        if self.at_least is not None:
            return median >= self.at_least
        return None if self.at_most is None else median <= self.at_most

    def row(self) -> list[str]:
        """The measure as cells."""
        verdict = {True: "yes", False: "NO", None: ""}[self.holds]
        ratio = _spread(self.ratios, "x") if self.peer else ""
        ours, peer = _spread(self.ours, self.unit), _spread(self.peer, self.unit)
        return [self.what, ours, self.peer_name, peer, ratio, self.target, verdict]


HEADER = ["what", "ours", "peer", "peer's", "ratio", "target", "holds"]


def _spread(values: Sequence[float], unit: str) -> str:
    if not values:
        return ""
    low, middle, high = min(values), statistics.median(values), max(values)
    digits = 0 if middle >= 100 or all(value == int(value) for value in values) else 1 if middle >= 10 else 2
    same = f"{low:,.{digits}f}" == f"{high:,.{digits}f}"
    return f"{middle:,.{digits}f} {unit}" + ("" if same else f" ({low:,.{digits}f} to {high:,.{digits}f})")


def show(measures: Sequence[Measure]) -> None:
    """Print one table a workload."""
    for workload, rows in groupby(measures, lambda measure: measure.workload):
        table = Table(*HEADER, title=workload)
        for measure in rows:
            table.add_row(*measure.row(), style="red" if measure.holds is False else "")
        console.print(table)


def markdown(measures: Sequence[Measure], conditions: str) -> str:
    """All measures as a Markdown table: medians, and in brackets the smallest and the largest round."""
    rows = [["workload", *HEADER], ["---"] * (len(HEADER) + 1), *([m.workload, *m.row()] for m in measures)]
    return "\n".join([conditions, "", *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def store(measures: Sequence[Measure], rounds: int, volume: str, notes: Sequence[str]) -> None:
    """Print the Markdown table, and write it and the JSON to bench/results/ under the time of the run."""
    now, memory = datetime.now(UTC), psutil.virtual_memory().total
    versions = {name: version(name) for name in VERSIONS}
    conditions = (
        f"{now:%Y-%m-%d}, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB, {rounds} rounds, {volume}; "
        + ", ".join(f"{name} {number}" for name, number in versions.items())
        + "".join(f"\n\n{note}" for note in notes)
    )
    text = markdown(measures, conditions)
    result = {
        "at": now.isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_mb": memory // 2**20,
        "rounds": rounds,
        "volume": volume,
        "versions": versions,
        "notes": list(notes),
        "measures": [asdict(m) | {"ratios": m.ratios, "target": m.target, "holds": m.holds} for m in measures],
    }
    RESULTS.mkdir(exist_ok=True)
    name = f"{now:%Y%m%dT%H%M%S}"
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    console.print(text, markup=False, highlight=False, soft_wrap=True)
