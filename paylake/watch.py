"""Builds on the fast lane what is due, in this process: imports, manifest and session stay warm from save to save."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import filelock
import grpc

from paylake import sail
from paylake.due import TABLES, TESTS, Comparison, Ledger
from paylake.errors import LakeBusy
from paylake.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS_SHOWN = 10
HEADER = re.compile(r"\s*(?:\{#-?(?P<jinja>.*?)-?#\}|(?P<sql>(?:--[^\n]*\n\s*)+))", re.DOTALL)
# Artefacts and a filled relation cache take half a second a build, and nothing here reads them.
QUIET = [
    *("--quiet", "--log-level", "none", "--log-level-file", "info", "--no-use-colors"),
    *("--no-write-json", "--no-populate-cache", "--no-version-check"),
]


@dataclass(frozen=True)
class Failure:
    """A node that did not succeed, or a test that warns.

    Args:
        name: the node's name.
        kind: model, seed, test or unit test.
        path: its file in the project.
        message: what was wrong.
        meaning: what the header of the test's file says about its failing.
        columns: names of the columns of `rows`.
        rows: the first rows that fail a data test.
        is_warning: whether it is a warning only.
    """

    name: str
    kind: str
    path: str
    message: str
    meaning: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    is_warning: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one build did; `error` says why there was none, for example a syntax error."""

    seconds: float
    models: int = 0
    tests: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = field(default_factory=tuple)
    error: str = ""

    @property
    def is_green(self) -> bool:
        """Whether nothing failed."""
        return not self.error and not self.skipped and all(failure.is_warning for failure in self.failures)

    def __str__(self) -> str:
        counts = {"models": self.models, "tests": self.tests, "skipped": self.skipped}
        done = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        return f"{'not built' if self.error else done or 'nothing to build'}  {self.seconds:.1f} s"


class Builder:
    """Keeps one scratch warehouse up to date with the project; used as a context, by one process at a time.

    Args:
        settings: of the lake and the scratch warehouse.
        select: dbt selectors of the nodes to care for; none means all.
        with_tests: whether tests run; those that do not stay due.

    Raises:
        LakeBusy: another process builds this scratch warehouse.
    """

    def __init__(self, settings: Settings, select: Collection[str] = (), *, with_tests: bool = True) -> None:
        self._settings, self._select = settings, tuple(select)
        self._types = (*TABLES, *TESTS) if with_tests else TABLES
        self._scratch: Path | None = None
        self._lock: filelock.BaseFileLock | None = None

    def __enter__(self) -> Builder:
        self._follow_branch()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._release()

    def _release(self) -> None:
        if self._lock:
            self._lock.release()
        self._scratch = self._lock = None

    def _follow_branch(self) -> None:
        if (scratch := self._settings.scratch_path) == self._scratch:
            return
        self._release()
        self._folder = self._settings.lake_path / "watch" / scratch.name
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._folder / "watch.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise LakeBusy(
                f"Another `paylake watch` builds the scratch warehouse {scratch.name!r}.",
                "Stop it, or choose another warehouse with PAYLAKE_SCRATCH.",
            ) from None
        self._ledger = Ledger(self._folder / "built.json")
        self._scratch, self._lock = scratch, lock

    def build(self) -> Outcome:
        """Parse what was saved and build what is due.

        Raises:
            MachineError: Sail cannot be started.
            ServerNotRunning: Sail went away.
            LakeBusy: another process builds the scratch warehouse of the branch that was switched to.
        """
        started = time.monotonic()
        self._follow_branch()
        session = self._connect()
        parsed = self._dbt("parse")
        if parsed.exception:
            return Outcome(time.monotonic() - started, error=str(parsed.exception))
        comparison = Comparison(parsed.result, self._settings, self._ledger)
        self._ledger.keep(comparison.nodes)
        due = {uid for uid in comparison.due() if comparison.nodes[uid].resource_type in self._types}
        if due and self._select:
            chosen = self._dbt("ls", "--output", "json", "--output-keys", "unique_id", manifest=parsed.result)
            if chosen.exception:
                return Outcome(time.monotonic() - started, error=str(chosen.exception))
            due &= {json.loads(line)["unique_id"] for line in chosen.result or ()}
        # `dbt build` runs a unit test only together with its model.
        alone = {u for u in due if u in parsed.result.unit_tests and not due.issuperset(_parents(comparison, u))}
        results: list[Any] = []
        for command, nodes in (("test", alone), ("build", due - alone)):
            if nodes:
                done = self._run(command, sorted(nodes), parsed.result, comparison)
                if done.exception:
                    return Outcome(time.monotonic() - started, error=str(done.exception))
                results += done.result.results
        return self._outcome(results, parsed.result, session, started)

    def _connect(self) -> SparkSession:
        from dbt.adapters.paylake.connections import SharedSession
        from dbt.adapters.sail.connections import SailCredentials

        sail.up(self._settings)
        session: SparkSession = SharedSession.get(SailCredentials(schema=""))
        sail.register(session, self._settings)
        return session

    def _run(self, command: str, nodes: list[str], manifest: Any, comparison: Comparison) -> Any:
        def note(event: Any) -> None:
            if event.info.name == "NodeFinished" and event.data.run_result.status in ("success", "pass", "warn"):
                comparison.done(event.data.node_info.unique_id)

        names = [".".join(comparison.nodes[uid].fqn) for uid in nodes]
        options = ["--indirect-selection", "empty", "--select", *names]
        if command == "build":  # a model's name stands for its unit tests too
            options += [part for kind in self._types for part in ("--resource-type", kind)]
        return self._dbt(command, *options, manifest=manifest, callbacks=[note])

    def _dbt(self, command: str, *options: str, manifest: Any = None, callbacks: Any = None) -> Any:
        from dbt.cli.main import dbtRunner

        project = str(self._settings.project)
        where = ["--project-dir", project, "--profiles-dir", project, "--target", "fast"]
        where += ["--target-path", str(self._folder / "target"), "--log-path", str(self._folder)]
        selection = ["--select", *self._select] if command == "ls" else []
        runner = dbtRunner(manifest=manifest, callbacks=callbacks)
        result = runner.invoke([*QUIET, command, *where, *options, *selection])
        if isinstance(result.exception, KeyboardInterrupt):
            raise result.exception
        return result

    def _outcome(self, results: list[Any], manifest: Any, session: SparkSession, started: float) -> Outcome:
        ran = [result for result in results if result.status != "skipped"]
        tests = sum(result.node.resource_type in TESTS for result in ran)
        bad = [result for result in ran if result.status not in ("success", "pass", "no-op")]
        failures = tuple(self._failure(result, manifest, session) for result in bad)
        return Outcome(time.monotonic() - started, len(ran) - tests, tests, len(results) - len(ran), failures)

    def _failure(self, result: Any, manifest: Any, session: SparkSession) -> Failure:
        node, rows = result.node, []
        if node.resource_type == "test" and result.status in ("fail", "warn"):
            rows = _first_rows(session, node.compiled_code)
        return Failure(
            name=node.name,
            kind=str(node.resource_type).replace("_", " "),
            path=node.original_file_path,
            message=str(result.message or result.status),
            meaning=_meaning(self._settings.project, node, manifest) if node.resource_type == "test" else "",
            columns=tuple(rows[0].__fields__) if rows else (),
            rows=tuple(tuple(row) for row in rows),
            is_warning=result.status == "warn",
        )


def _parents(comparison: Comparison, uid: str) -> list[str]:
    parents: list[str] = comparison.nodes[uid].depends_on_nodes
    return parents


def _first_rows(session: SparkSession, sql: str) -> list[Any]:
    from pyspark.errors import PySparkException

    try:
        return session.sql(sql).limit(ROWS_SHOWN).collect()
    except (PySparkException, grpc.RpcError):  # the test's own message has been kept
        return []


def _meaning(project: Path, node: Any, manifest: Any) -> str:
    """The comment that the file of a test begins with; a generic test's file is that of its macro."""
    macros = [manifest.macros[name] for name in node.depends_on.macros if name in manifest.macros]
    defined = [macro for macro in macros if hasattr(node, "test_metadata") and macro.name.startswith("test_")]
    source = defined[0] if defined else node
    if source.package_name != node.package_name:
        return ""
    found = HEADER.match((project / source.original_file_path).read_text(encoding="utf-8"))
    if not found:
        return ""
    lines = (found["jinja"] or found["sql"]).splitlines()
    return " ".join(line.strip().removeprefix("--").strip() for line in lines).strip()
