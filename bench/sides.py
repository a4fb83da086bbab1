"""dbt as each side runs it: its program, its copy of the project, its profile, its variables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.counting import Figures, commits, written
from bench.environments import OURS, REQUIREMENTS, plain_environment, programs
from paylake import server
from paylake.jars import ensure_jars
from paylake.java import find_java
from paylake.settings import Settings, find_project

PARTS = ("models", "macros", "seeds", "snapshots", "tests/dbt", "dbt_project.yml", "profiles.yml", "jars.lock")
THREADS = 4
WIRE = Path(__file__).parent / "wire"


class SideFailed(Exception):
    """A side's dbt failed; carries its last lines."""


@dataclass(frozen=True)
class Side:
    """One side's dbt.

    Args:
        program: the dbt of its environment.
        project: its copy of the project.
        profiles: folder of its profile.
        options: options of every command.
        variables: its variables besides the machine's.
    """

    program: Path
    project: Path
    profiles: Path
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, extra: dict[str, str] | None = None) -> None:
        """One dbt command in a process of its own.

        Raises:
            SideFailed: it failed.
        """
        line = [str(self.program), *arguments, *self.options, "--no-use-colors"]
        done = subprocess.run(
            line,
            cwd=self.project,
            env=plain_environment() | {"DBT_PROFILES_DIR": str(self.profiles)} | self.variables | (extra or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SideFailed(f"{' '.join(line)} failed:\n" + "\n".join(done.stdout.splitlines()[-40:]))

    def count(self, warehouse: Path, *arguments: str) -> Figures:
        """Run one dbt command and count what it sends and writes."""
        before = commits(warehouse)
        with tempfile.NamedTemporaryFile(prefix="paylake-statements-") as sent:
            self.run(*arguments, extra={"PYTHONPATH": str(WIRE), "PAYLAKE_BENCH_STATEMENTS": sent.name})
            return written(warehouse, before, Path(sent.name).stat().st_size)


def copy_project(folder: Path) -> Path:
    """A copy of what dbt reads of this project, without the Python packages beside it."""
    source = find_project()
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, folder / part)
        else:
            shutil.copy(source / part, folder / part)
    return folder


def our_variables(settings: Settings) -> dict[str, str]:
    """Variables that lead Paylake's programs to a lake of the bench."""
    remote = {"PAYLAKE_REMOTE": settings.remote} if settings.remote else {}
    return remote | {
        "PAYLAKE_PROJECT": str(settings.project),
        "PAYLAKE_LAKE": str(settings.lake_path),
        "PAYLAKE_PORT": str(settings.port),
        "PAYLAKE_FAST_PORT": str(settings.fast_port),
        "PAYLAKE_SCRATCH": settings.scratch_path.name,
    }


def ours(settings: Settings, target: str = "local") -> Side:
    """Our dbt on Spark (`local`) or on the fast lane (`fast`)."""
    results = str(settings.lake_path / "target" / target)
    options = ("--target", target, "--target-path", results, "--log-path", results)
    return Side(OURS / "dbt", settings.project, settings.project, options, our_variables(settings))


def _stock(settings: Settings, target: str, parameters: dict[str, str], variables: dict[str, str]) -> Side:
    output = {"type": "spark", "method": "session", "host": "localhost", "schema": "paylake", "threads": THREADS}
    profile = {"paylake": {"target": target, "outputs": {target: output | {"server_side_parameters": parameters}}}}
    folder = _profile(settings.project / "profiles" / target, profile)
    options = ("--target-path", f"target/{target}")
    return Side(programs("stock-spark") / "dbt", settings.project, folder, options, variables)


def _profile(folder: Path, profile: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")
    return folder


def stock_warm(settings: Settings) -> Side:
    """Stock dbt-spark on a server that runs."""
    return _stock(settings, "warm", {"spark.remote": server.address(settings)}, {})


def stock_cold(settings: Settings) -> Side:
    """Stock dbt-spark with a Spark of its own in each process, on the warehouse of a stopped server."""
    lake = settings.lake_path
    parameters = {
        "spark.master": f"local[{settings.cores or os.cpu_count() or 1}]",
        "spark.driver.memory": f"{settings.memory_mb}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.jars": ",".join(map(str, ensure_jars(settings))),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.warehouse.dir": str(settings.warehouse_path),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={lake / 'metastore'};create=true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",
    }
    java = find_java().path.resolve().parent.parent
    return _stock(settings, "cold", parameters, {"JAVA_HOME": str(java)})


def duckdb(folder: Path, project: Path, manifest: Path, bronze: Path, left_out: list[str]) -> Side:
    """dbt-duckdb on a project that is written from what dbt compiled for ours; see peers/translate.py."""
    here = programs("duckdb")
    script = [str(here / "python"), str(REQUIREMENTS / "translate.py"), *map(str, (project, manifest, bronze, folder))]
    subprocess.run([*script, *left_out], check=True, env=plain_environment())
    output = {"type": "duckdb", "path": str(folder / "bench.duckdb"), "threads": THREADS}
    profile = {"duckdb": {"target": "duckdb", "outputs": {"duckdb": output | {"settings": {"TimeZone": "UTC"}}}}}
    return Side(here / "dbt", folder, _profile(folder, profile))
