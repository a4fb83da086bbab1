"""The demo: a simulated merchant's exports through every room, each step timed; a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from paylake import server
from paylake.errors import PaylakeError
from paylake.settings import Settings

SEED, CUSTOMERS, START, DAYS = 1, 300, date(2025, 1, 1), 425
REPORT = "revenue_monthly"
PROGRESS = re.compile(r"(\d+) of (\d+) (?:OK|PASS|ERROR|FAIL|WARN|SKIP)\S* ?(.*?) \.\.")
PROJECT_FILES = ("models", "macros", "seeds", "snapshots", "calendars", "tests/dbt", "dbt_project.yml")


@dataclass
class Step:
    """One step of the demo: its name, what it did, and how long it took."""

    name: str
    outcome: str = ""
    seconds: float = 0.0


@dataclass
class DemoResult:
    """The steps in order, and what to open next."""

    steps: list[Step] = field(default_factory=list)
    page: Path | None = None
    mail: Path | None = None

    @property
    def seconds(self) -> float:
        """Time of all steps."""
        return sum(step.seconds for step in self.steps)


def fingerprint(settings: Settings, batch: int) -> str:
    """Hash of what a build's result depends on: the last landed batch and the project's SQL and YAML."""
    digest = hashlib.sha256(str(batch).encode())
    for name in PROJECT_FILES:
        root = settings.project / name
        files = (
            sorted(p for p in root.rglob("*") if p.suffix in (".sql", ".yml", ".csv", ".md"))
            if root.is_dir()
            else [root]
        )
        for path in files:
            digest.update(path.relative_to(settings.project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _dbt(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("dbt")), *arguments, "--no-use-colors"]


@contextmanager
def parsing_ahead(settings: Settings) -> Iterator[None]:
    """Let dbt parse the project beside other work, so that the build finds it parsed; what is wrong, the build says."""
    quiet = subprocess.DEVNULL
    parse = subprocess.Popen(_dbt("parse"), cwd=settings.project, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        parse.wait()


def dbt_build(settings: Settings, progress: Callable[[str], None]) -> str:
    """Run `dbt build` as a user would, with one line of progress a node; returns dbt's closing line.

    Unit tests are left out: they test the models' code, not the data, and `make test` runs them.

    Raises:
        PaylakeError: dbt failed; carries its last lines.
    """
    command = _dbt("build", "--exclude-resource-type", "unit_test")
    process = subprocess.Popen(
        command, cwd=settings.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line.rstrip())
        if match := PROGRESS.search(line):
            progress(f"dbt build: {match[1]} of {match[2]} {match[3]}")
    if process.wait():
        raise PaylakeError(
            "dbt build failed:\n" + "\n".join(lines[-25:]),
            "Run `dbt build` to see it all; logs/dbt.log has every statement.",
        )
    return next((line.split("Done. ")[-1] for line in reversed(lines) if "Done." in line), "done")


def run(settings: Settings, progress: Callable[[str], None]) -> DemoResult:
    """Server, exports, landing, build, report; steps whose inputs did not change are skipped and say so.

    Raises:
        PaylakeError: a step failed; the next run goes on from there.
    """
    from paylake.landing import land
    from paylake.reporting import run_report, send_report
    from paylake.simulator import simulate

    result = DemoResult()

    @contextmanager
    def step(name: str) -> Iterator[Step]:
        progress(name)
        current = Step(name)
        result.steps.append(current)
        started = time.monotonic()
        yield current
        current.seconds = time.monotonic() - started

    out = settings.lake_path / "demo"
    with ThreadPoolExecutor(1) as pool:
        simulation = pool.submit(simulate, seed=SEED, customers=CUSTOMERS, start=START, days=DAYS, out=out)
        with step("server") as current:
            current.outcome = f"{server.up(settings).state} at {server.address(settings, with_token=False)}"
        with step("exports") as current:
            current.outcome = str(simulation.result())
    record = settings.lake_path / "demo.json"
    built = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    with step("landing") as current, nullcontext() if built else parsing_ahead(settings):
        landing = land([str(out / "exports")], settings, progress=progress)
        current.outcome = str(landing)
    now = fingerprint(settings, landing.batch)
    with step("dbt build") as current:
        unchanged = built.get("fingerprint") == now
        current.outcome = "unchanged: same bronze, same models" if unchanged else dbt_build(settings, progress)
    with step("report") as current:
        page = Path(built.get("page", ""))
        if unchanged and page.is_file():
            current.outcome, result.page = "unchanged: already sent", page
        else:
            rendered = run_report(REPORT, {"today": "data"}, settings)
            sent = send_report(rendered, settings)
            current.outcome, result.page = str(sent), rendered.page
    record.write_text(json.dumps({"fingerprint": now, "page": str(result.page)}), encoding="utf-8")
    mails = sorted((settings.lake_path / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime)
    result.mail = mails[-1] if mails else None
    return result
