"""kill -9 at random moments of landing and build: whatever is killed, running again loses and doubles nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.bronze import write_bronze
from bench.lakes import settings_of
from bench.sides import ours
from paylake import sail, server
from paylake.parity import canonical_rows
from paylake.session import get_session
from paylake.settings import Settings
from tests.conftest import BRONZE_WHEN_AND_WHERE, BUILD, TABLES_ONLY, Lake, Lakes

MERCHANT = ((5,), 40, 150)
"""One is enough: what is killed is the same, and twenty kills need twenty starts."""
COMPARED = ("bronze_stripe", "gold_revenue", "gold_payment_health")


@dataclass
class Mortal:
    """The shared server as its users see it, to be killed; this test is the last one that needs it."""

    settings: Settings

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if k != "PAYLAKE_REMOTE"}
        environment |= {"PAYLAKE_LAKE": str(self.settings.lake), "PAYLAKE_PORT": str(self.settings.port)}
        arguments = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(arguments, cwd=self.settings.project, env=environment, stdout=quiet, stderr=quiet)

    def land(self, *paths: Path) -> subprocess.Popen[bytes]:
        return self.start("paylake", "land", *map(str, paths), "--wait", "60")

    def build(self, *options: str) -> subprocess.Popen[bytes]:
        return self.start("dbt", *(options or BUILD), "--target-path", str(self.settings.lake_path / "target"))

    def kill_server(self) -> None:
        pid = server.look(self.settings).pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)


def survive(mortal: Mortal, waiting: list[list[Path]], build_kills: int, draw: random.Random) -> None:
    """Kill clients, and sometimes the server, at drawn moments; each kill is one that hit a running process.

    Args:
        mortal: the lake.
        waiting: files by arrival: each arrival's landing is killed, so that landings have something to do to the end.
        build_kills: how many builds to kill.
        draw: draws the moments.
    """
    inbox = mortal.settings.lake_path / "inbox"
    inbox.mkdir(parents=True)
    for kind, kills, span in (("land", len(waiting), 6.0), ("build", build_kills, 20.0)):
        at_server = set(draw.sample(range(kills), max(1, kills // 8)))
        done = 0
        while done < kills:
            server.up(mortal.settings)
            for path in waiting.pop() if waiting and kind == "land" else ():
                shutil.copy(path, inbox / f"{len(list(inbox.iterdir()))}-{path.name}")
            process = mortal.land(inbox) if kind == "land" else mortal.build()
            try:
                process.wait(draw.uniform(0.5, span))
            except subprocess.TimeoutExpired:
                if done in at_server:
                    mortal.kill_server()
                    process.wait(120)
                else:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                done += 1
            else:
                span = max(2.0, span / 2)


@pytest.fixture
def undisturbed(lakes: Lakes, tmp_path: Path) -> Iterator[tuple[Lake, Any]]:
    """A simulated lake, and a session with what its exports give when nothing is killed and Spark is not asked."""
    lake = lakes.simulated(MERCHANT)
    settings = settings_of(tmp_path)
    sail.up(settings)
    write_bronze(settings, lake.exports)
    ours(settings, "fast").run(*TABLES_ONLY)
    yield lake, sail.get_session(settings)
    sail.down(settings)


def content(session: Any, table: str) -> Counter[str]:
    frame = session.table(table).drop(*BRONZE_WHEN_AND_WHERE)
    return Counter(canonical_rows(frame.toArrow().to_pylist()))


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("landing_kills", "build_kills"), [(14, 6), pytest.param(170, 30, marks=pytest.mark.nightly)], ids=str
)
def test_kills_in_shuffled_repeated_and_split_arrivals_lose_and_double_nothing(
    server_settings: Settings, undisturbed: tuple[Lake, Any], landing_kills: int, build_kills: int
) -> None:
    lake, expected = undisturbed
    mortal = Mortal(server_settings)
    waiting = lake.arrivals(landing_kills, seed=landing_kills)
    survive(mortal, waiting, build_kills, random.Random(landing_kills))
    server.up(server_settings)
    assert mortal.land(*lake.exports).wait(300) == 0
    assert mortal.build(*TABLES_ONLY).wait(600) == 0
    spark = get_session(server_settings)
    tables = Lake(server_settings, spark).tables(*COMPARED)
    assert len(tables) >= 30
    for table in tables:
        assert content(spark, table) == content(expected, table), table
