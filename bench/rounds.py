"""Rounds: every side once, in turn, so that what else the machine does falls on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bench.report import say


def interleaved(works: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each piece of work, one of each a round."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        for name, work in works.items():
            found[name].append(work())
            say(f"round {number + 1}: {name} {found[name][-1]:.2f} s")
    return found


def timing(work: Callable[[], object]) -> Callable[[], float]:
    """The work as one that returns the seconds it took."""

    def timed() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return timed
