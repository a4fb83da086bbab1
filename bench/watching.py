"""`paylake watch` as a process of its own that the bench waits for."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.environments import OURS, plain_environment
from bench.sides import SideFailed, our_variables
from paylake.settings import Settings

BUILT = re.compile(r"^\d\d:\d\d:\d\d  (ok|FAIL)  ")


@contextmanager
def watching(settings: Settings) -> Iterator[Callable[[], str]]:
    """Watch the lake's project; yields what waits until the next build has ended, and returns what it says of itself.

    Raises:
        SideFailed: a build failed, or the watch ended.
    """
    process = subprocess.Popen(
        [str(OURS / "paylake"), "watch"],
        cwd=settings.project,
        env=plain_environment() | our_variables(settings) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []

    def wait() -> str:
        for line in process.stdout or ():
            lines.append(line)
            if built := BUILT.match(line):
                if built[1] == "FAIL":
                    break
                return line[built.end() :].strip()
        raise SideFailed("paylake watch:\n" + "".join(lines[-40:]))

    try:
        wait()
        yield wait
    finally:
        process.terminate()
        process.communicate()
