"""Checks of everything that Paylake needs of a machine; each failure comes with its fix."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from paylake import classes, daemon, jars, server
from paylake.errors import PaylakeError
from paylake.java import find_java
from paylake.launch import default_memory_mb
from paylake.settings import Settings

MINIMUM_FREE_DISK_MB = 2048
MINIMUM_MEMORY_MB = 4096
EARLIEST_CLOCK = 1_760_000_000
"""A clock before this release's year is wrong: certificates and dispute deadlines would be judged by it."""


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, `ok`, `warn` or `fail`, what was seen, and what to do about it."""

    name: str
    result: str
    seen: str
    fix: str = ""


def _python(_: Settings) -> Check:
    seen = f"{platform.python_version()} at {sys.executable}"
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        return Check("python", "fail", seen, "Install Python 3.11, 3.12 or 3.13 and run `make setup`.")
    return Check("python", "ok", seen)


def _packages(_: Settings) -> Check:
    wrong = []
    requirements = [Requirement(line) for line in requires("paylake") or []]
    wanted = [r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]
    for requirement in wanted:
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = "missing"
        if found == "missing" or not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found}, wanted {requirement.specifier or 'any'}")
    if wrong:
        return Check("packages", "fail", "; ".join(wrong), "Run `make setup` to install what requirements.lock says.")
    return Check(
        "packages", "ok", f"{len(wanted)} as required, pyspark {version('pyspark')}, dbt {version('dbt-core')}"
    )


def _java(_: Settings) -> Check:
    java = find_java()
    return Check("java", "ok", f"{java.version} from {java.origin}: {java.path}")


def _jars(settings: Settings) -> Check:
    folder = jars.jar_folder(settings)
    if wrong := jars.problems(settings):
        fix = (
            f"Copy the jars of jars.lock to {folder}." if settings.offline or settings.jars else "Run `paylake setup`."
        )
        return Check("jars", "fail", f"{folder}: {'; '.join(wrong)}", fix)
    return Check("jars", "ok", f"every sha256 matches, in {folder}")


def _classes(settings: Settings) -> Check:
    path = classes.archive(settings, find_java())
    if not path.is_file():
        return Check("classes", "warn", "not prepared: the server starts slower", "Run `paylake setup`.")
    return Check("classes", "ok", f"prepared, {path.stat().st_size // 2**20} MiB: {path}")


def _port(settings: Settings) -> Check:
    status = server.look(settings)
    if status.state in ("running", "remote"):
        return Check("port", "ok", f"{status.address} is ours")
    if owner := daemon.port_owner(settings.port):
        return Check("port", "fail", f"{settings.port} is taken by {owner}", "Set PAYLAKE_PORT to a free port.")
    return Check("port", "ok", f"{settings.port} is free")


def _server(settings: Settings) -> Check:
    status = server.look(settings)
    if status.state == "crashed":
        return Check("server", "warn", status.detail, "See `paylake logs`, then `paylake up`.")
    return Check("server", "ok", f"{status.state}: {status.detail}")


def _disk(settings: Settings) -> Check:
    existing = next(folder for folder in (settings.lake_path, *settings.lake_path.parents) if folder.exists())
    free = shutil.disk_usage(existing).free // 2**20
    seen = f"{free} MiB free at {existing}"
    if free < MINIMUM_FREE_DISK_MB:
        return Check("disk", "fail", seen, f"Free {MINIMUM_FREE_DISK_MB} MiB, or point PAYLAKE_LAKE to another disk.")
    return Check("disk", "ok", seen)


def _memory(settings: Settings) -> Check:
    memory = psutil.virtual_memory()
    heap = settings.memory_mb or default_memory_mb()
    seen = f"{memory.total // 2**20} MiB, {memory.available // 2**20} MiB available; heap {heap} MiB"
    if heap > memory.total // 2**20 // 2:
        return Check("memory", "warn", seen, "Lower PAYLAKE_MEMORY_MB: Python workers need as much again.")
    if memory.total // 2**20 < MINIMUM_MEMORY_MB:
        return Check("memory", "warn", seen, f"{MINIMUM_MEMORY_MB} MiB are advised; small lakes work with less.")
    return Check("memory", "ok", seen)


def _clock(_: Settings) -> Check:
    seen = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    if time.time() < EARLIEST_CLOCK:
        return Check("clock", "fail", seen, "Set the machine's clock.")
    return Check("clock", "ok", seen)


def _warehouse(settings: Settings) -> Check:
    lake = settings.lake_path
    existing = next(folder for folder in (lake, *lake.parents) if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return Check("lake", "fail", f"{existing} is not writable", "Change its permissions, or set PAYLAKE_LAKE.")
    token = server.daemon(settings).folder / "token"
    if token.exists() and token.stat().st_mode & 0o077:
        return Check("lake", "fail", f"{token} can be read by others", f"Run `chmod 600 {token}`.")
    tables = sum(1 for _ in settings.warehouse_path.glob("*.db/*/_delta_log"))
    return Check("lake", "ok", f"{lake}: {tables} tables")


def _profile(settings: Settings) -> Check:
    home = os.environ.get("DBT_PROFILES_DIR")
    path = Path(home) / "profiles.yml" if home else settings.project / "profiles.yml"
    if not path.is_file():
        return Check("profile", "fail", f"{path} does not exist", "Unset DBT_PROFILES_DIR, or point it to the project.")
    if "\npaylake:" not in "\n" + path.read_text(encoding="utf-8"):
        return Check(
            "profile", "fail", f"{path} has no profile `paylake`", "Take the one of the project's profiles.yml."
        )
    return Check("profile", "ok", str(path))


CHECKS: tuple[tuple[str, Callable[[Settings], Check]], ...] = (
    ("python", _python),
    ("packages", _packages),
    ("java", _java),
    ("jars", _jars),
    ("classes", _classes),
    ("port", _port),
    ("server", _server),
    ("disk", _disk),
    ("memory", _memory),
    ("clock", _clock),
    ("lake", _warehouse),
    ("profile", _profile),
)


def examine(settings: Settings) -> list[Check]:
    """All checks, in order; a check that breaks is a finding too."""

    def run(named: tuple[str, Callable[[Settings], Check]]) -> Check:
        name, check = named
        try:
            return check(settings)
        except PaylakeError as error:
            return Check(name, "fail", error.message, error.fix)
        except OSError as error:
            return Check(name, "fail", str(error), "Check the path's permissions.")

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, CHECKS))
