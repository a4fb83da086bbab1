"""Fixtures that every room of the tests shares; the ones that need Spark start one server for the whole run."""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pyarrow.parquet as pq
import pytest
from xdist.scheduler import LoadScopeScheduling

from paylake import logs, sail, server
from paylake.daemon import free_port
from paylake.launch import default_jvm_options
from paylake.session import get_session
from paylake.settings import Settings, find_project, get_settings

PROJECT = find_project(Path(__file__).parent)


GROUPS = {
    "lake": (
        "test_dbt_unit_tests.py",
        "test_determinism.py",
        "test_fast_lane.py",
        "test_reports.py",
        "test_gold_equals_truth.py",
        "test_gold_against_oracle.py",
        "test_revenue_against_oracle.py",
    ),
    "landing": (
        "test_snapshot_losses.py",
        "test_landing_kept_out.py",
        "test_landing_exactly_once.py",
        "test_server_lifecycle.py",
        "test_kill.py",
    ),
    "fast": (
        "test_counts.py",
        "test_expected_files.py",
        "test_one_provider.py",
        "test_history_against_oracle.py",
        "test_interval_test.py",
        "test_sail.py",
        "test_silver_equals_truth.py",
        "test_trace.py",
        "test_watch.py",
    ),
}
"""Files whose tests share a server, in their order; each group runs in one process, where there are several.

First of the lake's the one that finds every table as it was built; last of all, the one that kills the server.
"""
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}
ORDER = [name for names in GROUPS.values() for name in names]

Merchants = tuple[tuple[int, ...], int, int]
"""Seeds of the merchants of one lake, the customers of each, days."""

STANDARD: Merchants = ((2, 3, 4), 40, 150)
"""The lake that most tests share; the demo's merchant has seed 1."""

BUILD = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
FAST = ("--target", "fast")
TABLES_ONLY = ("build", "--resource-type", "seed", "--resource-type", "model")
"""A build without snapshots, too."""

ONE_COMPILER = "-XX:TieredStopAtLevel=1"
"""A server that builds everything once does not live to see what the second compiler costs it: a fifth of its work."""

BRONZE_WHEN_AND_WHERE = ("_file_path", "_ingested_at", "_batch")


class ByServer(LoadScopeScheduling):
    """Hands out whole groups; xdist's own marks of groups do nothing with this version of pytest."""

    def _split_scope(self, nodeid: str) -> str:
        return GROUP_OF.get(Path(nodeid.split("::")[0]).name, nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Keep tests that share a server in one process."""
    return ByServer(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that need a server, put them in order, and leave nightly tests out."""
    rooms = {PROJECT / "tests" / "spark", PROJECT / "tests" / "notebooks"}
    quick = len(ORDER) if hasattr(config, "workerinput") else -1  # alone, first; beside others, to fill the gaps
    items.sort(key=lambda item: ORDER.index(item.path.name) if item.path.name in ORDER else quick)
    for item in items:
        if rooms & set(item.path.parents):
            item.add_marker(pytest.mark.spark)
        if PROJECT / "tests" / "fast" in item.path.parents:
            item.add_marker(pytest.mark.fast)
    if "nightly" not in config.getoption("markexpr"):
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in nightly]


def pytest_configure() -> None:
    """Log as the commands do; let no property fail because the machine was slow."""
    logs.configure("warning", "console")
    hypothesis.settings.register_profile("paylake", deadline=None)
    hypothesis.settings.load_profile("paylake")


EXIT_STATUS = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember the run's status for `pytest_unconfigure`."""
    session.config.stash[EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once when Spark was used: its client's threads wait for ever for a server that was killed."""
    if any(thread.name.startswith("ThreadPoolExecutor") for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash.get(EXIT_STATUS, 1))


@pytest.fixture(autouse=True)
def settings_of_this_test(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let only tests that use the shared server see its settings, and none the user's."""
    if "server_settings" in request.fixturenames:
        yield
        return
    for name in [name for name in os.environ if name.startswith("PAYLAKE_") and name != "PAYLAKE_SAMPLES"]:
        monkeypatch.delenv(name)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def project() -> Path:
    """Folder of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real export files, which licences keep out of the repository."""
    folder = Path(os.environ.get("PAYLAKE_SAMPLES", PROJECT.parent / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip(f"no real export files at {folder}: set PAYLAKE_SAMPLES to their folder")
    return folder


@pytest.fixture(scope="session")
def server_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the one server of this test run, which is started here and stopped at the end."""
    lake = tmp_path_factory.mktemp("server") / "lake"
    options = [*default_jvm_options(), ONE_COMPILER]
    settings = Settings(
        project=PROJECT, lake=lake, port=free_port(), fast_port=free_port(), scratch="tests", memory_mb=3072, cores=2,
        jvm_options=options,
    )  # fmt: skip
    server.up(settings)
    environment = {
        "PAYLAKE_REMOTE": server.address(settings),
        "PAYLAKE_LAKE": str(lake),
        "PAYLAKE_FAST_PORT": str(settings.fast_port),
        "PAYLAKE_SCRATCH": "tests",
    }
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    get_settings.cache_clear()
    yield settings
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value
    get_settings.cache_clear()
    server.down(settings)


@pytest.fixture(scope="session")
def spark(server_settings: Settings) -> Any:
    """A session on the shared server."""
    return get_session(server_settings)


@pytest.fixture(scope="session")
def fast_lane(server_settings: Settings) -> Iterator[Settings]:
    """Settings of the fast lane beside the shared server: it reads the bronze that landed there."""
    sail.up(server_settings)
    yield server_settings
    sail.down(server_settings)


@dataclass
class Lake:
    """A lake on the shared server: its own folder for files, and the server's tables."""

    settings: Settings
    spark: Any
    seeds: tuple[int, ...] = ()

    @property
    def merchants(self) -> list[Path]:
        """Folders of the simulated merchants, each with `exports` and `truth`."""
        return [self.settings.lake_path / "simulated" / str(seed) for seed in self.seeds]

    @property
    def exports(self) -> list[Path]:
        """Folders of exports as the merchants' providers would drop them."""
        return [merchant / "exports" for merchant in self.merchants]

    def arrivals(self, runs: int, seed: int) -> list[list[Path]]:
        """All exports in random order, split over runs, with some of them delivered twice."""
        files = sorted(path for exports in self.exports for path in exports.rglob("*") if path.is_file())
        draw = random.Random(seed)
        draw.shuffle(files)
        return [[*files[run::runs], *draw.sample(files, 3)] for run in range(runs)]

    def truth(self, table: str) -> list[dict[str, Any]]:
        """What all merchants know to be true."""
        return [
            row for merchant in self.merchants for row in pq.read_table(merchant / f"truth/{table}.parquet").to_pylist()
        ]

    def query(self, sql: str) -> list[Any]:
        """Rows of one query."""
        return list(self.spark.sql(sql).collect())

    def tables(self, *schemas: str) -> list[str]:
        """Qualified names of the tables in the schemas (default: all of silver and gold)."""
        found = [row[0] for row in self.query("show databases")]
        wanted = schemas or [s for s in found if s.startswith(("silver_", "gold_"))]
        rows = [(schema, row) for schema in wanted for row in self.query(f"show tables in {schema}")]
        return sorted(f"{schema}.{row['tableName']}" for schema, row in rows if not row["isTemporary"])

    def fingerprints(self, *schemas: str) -> dict[str, tuple[int, int]]:
        """Rows and the sum of row hashes of each table: equal for equal rows, whatever their order and files."""
        found = {}
        for table in self.tables(*schemas):
            names = [c for c in self.spark.table(table).columns if c not in BRONZE_WHEN_AND_WHERE]
            content = f"xxhash64(to_json(struct({', '.join(f'`{name}`' for name in names)})))"
            row = self.query(f"select count(*) as n, sum(cast({content} as decimal(38, 0))) as h from {table}")[0]
            found[table] = (row.n, int(row.h or 0))
        return found

    def figures(self) -> dict[str, tuple[int, int]]:
        """Fingerprints of bronze (without when and from where a row came) and of gold."""
        return self.fingerprints("bronze_stripe", "gold_revenue", "gold_payment_health")

    def land(self, *paths: Path) -> Any:
        """Land files or folders."""
        from paylake.landing import land

        return land([str(path) for path in paths], self.settings, spark=self.spark)

    def run_dbt(self, *arguments: str, check: bool = True, results: str = "target") -> Any:
        """Run dbt in this process, its results in a folder of the lake; the first failure is the test's."""
        from dbt.cli.main import dbtRunner

        target = self.settings.lake_path / results
        where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
        result = dbtRunner().invoke([*arguments, *where, "--log-path", str(target), "--quiet"])
        if check and not result.success:
            bad = [f"{r.node.name}: {r.message}" for r in result.result or [] if r.status in ("error", "fail")]
            pytest.fail(f"dbt {' '.join(arguments)}: {result.exception or chr(10).join(bad)}")
        return result


class Lakes:
    """Hands out lakes on the one server: its tables belong to one lake at a time, and are dropped for the next."""

    def __init__(self, settings: Settings, spark: Any, folder: Path) -> None:
        self._server, self._spark, self._folder = settings, spark, folder
        self._built: tuple[Merchants, Lake] | None = None
        self._count = 0
        self._figures: dict[str, tuple[int, int]] = {}

    def empty(self) -> Lake:
        """A lake without tables and files."""
        self._built = None
        for row in self._spark.sql("show databases").collect():
            if row[0] != "default":
                self._spark.sql(f"drop database {row[0]} cascade")
        shutil.rmtree(self._server.warehouse_path, ignore_errors=True)
        self._count += 1
        lake = self._folder / f"lake{self._count}"
        lake.mkdir(parents=True)
        settings = self._server.model_copy(update={"lake": lake, "remote": server.address(self._server)})
        return Lake(settings, self._spark)

    def simulated(self, merchants: Merchants = STANDARD) -> Lake:
        """A lake without tables, and in its folder the exports that simulated merchants' providers would drop."""
        from paylake.simulator import simulate

        lake = self.empty()
        lake.seeds, customers, days = merchants
        for seed, out in zip(lake.seeds, lake.merchants, strict=True):
            simulate(seed=seed, customers=customers, start=date(2025, 1, 1), days=days, out=out)
        return lake

    def built(self, merchants: Merchants = STANDARD) -> Lake:
        """A simulated lake after landing and `dbt build`; the last one is handed out again while nobody emptied it."""
        if self._built and self._built[0] == merchants:
            return self._built[1]
        lake = self.simulated(merchants)
        lake.land(*lake.exports)
        lake.run_dbt(*(BUILD if merchants == STANDARD else TABLES_ONLY))
        self._built = (merchants, lake)
        if merchants == STANDARD and not self._figures:
            self._figures = lake.figures()
        return lake

    def standard_figures(self) -> dict[str, tuple[int, int]]:
        """Figures of the standard lake, which is built for them once."""
        if not self._figures:
            self._figures = self.built().figures()
        return self._figures


@pytest.fixture(scope="session")
def lakes(server_settings: Settings, spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    """The one keeper of lakes."""
    return Lakes(server_settings, spark, tmp_path_factory.mktemp("lakes"))


@pytest.fixture
def empty_lake(lakes: Lakes) -> Lake:
    """A lake without tables and files."""
    return lakes.empty()


@pytest.fixture
def built_lake(lakes: Lakes) -> Lake:
    """The standard small lake, simulated, landed and built; tests that use it only read."""
    return lakes.built()
