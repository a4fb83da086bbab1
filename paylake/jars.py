"""The Delta jars: pinned in `jars.lock`, fetched once by Spark's own resolver, verified at every use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from paylake.errors import MachineError
from paylake.java import find_java, jvm_options, spark_home, trust_options
from paylake.settings import Settings

LOCK_NAME = "jars.lock"


@dataclass(frozen=True)
class JarLock:
    """What `jars.lock` says: the coordinate to resolve, the excluded patterns, and sha256 by coordinate."""

    resolve: str
    exclude: tuple[str, ...]
    sha256: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> JarLock:
        """Parse the lock file."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(content["resolve"], tuple(content["exclude"]), dict(content["sha256"]))


def file_name(coordinate: str) -> str:
    """Name of a coordinate's jar, as the resolver writes it: `group_artifact-version.jar`."""
    group, artifact, version = coordinate.split(":")
    return f"{group}_{artifact}-{version}.jar"


def cache_folder(settings: Settings) -> Path:
    """Folder of what is fetched or made once: `PAYLAKE_CACHE`, else the user's cache."""
    return (settings.cache or Path(platformdirs.user_cache_dir("paylake"))).expanduser().resolve()


def jar_folder(settings: Settings) -> Path:
    """Folder that holds the jars: `PAYLAKE_JARS`, else the cache."""
    return settings.jars.expanduser().resolve() if settings.jars else cache_folder(settings) / "jars"


def pinned_jars(settings: Settings) -> list[Path]:
    """Where the pinned jars are, or will be."""
    folder = jar_folder(settings)
    return [folder / file_name(coordinate) for coordinate in JarLock.read(settings.project / LOCK_NAME).sha256]


def problems(settings: Settings) -> list[str]:
    """One line for each pinned jar that is missing or has another hash; empty when all is well."""
    lock, folder = JarLock.read(settings.project / LOCK_NAME), jar_folder(settings)
    found = []
    for coordinate, expected in lock.sha256.items():
        jar = folder / file_name(coordinate)
        if not jar.is_file():
            found.append(f"{jar.name} is missing")
        elif hashlib.sha256(jar.read_bytes()).hexdigest() != expected:
            found.append(f"{jar.name} has another sha256 than {LOCK_NAME} says")
    return found


def ensure_jars(settings: Settings) -> list[Path]:
    """Paths of the pinned jars; resolves them when the cache lacks one or holds a damaged one.

    Raises:
        MachineError: offline (or `PAYLAKE_JARS` is set) and a jar is missing; the resolver fails; a hash differs.
    """
    lock, folder = JarLock.read(settings.project / LOCK_NAME), jar_folder(settings)
    wrong = problems(settings)
    if wrong and (settings.offline or settings.jars):
        raise MachineError(
            f"Jars in {folder}: {'; '.join(wrong)}; and the network may not be used.",
            "Copy the jars from the cache of a machine that has run `paylake up`, or allow the network.",
        )
    if wrong:
        _resolve(lock, folder)
        if wrong := problems(settings):
            raise MachineError(
                f"The resolver brought jars that do not match {LOCK_NAME}: {'; '.join(wrong)}.",
                "Do not use them: find out who serves other bytes under these coordinates, then delete the folder "
                f"{folder} and try again.",
            )
    return pinned_jars(settings)


def _resolve(lock: JarLock, folder: Path) -> None:
    """Run Spark's resolver in a folder of its own and move what it brought into place."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="resolve-", dir=folder.parent) as work:
        nothing = Path(work) / "nothing.py"
        nothing.write_text("pass\n", encoding="utf-8")
        command = [
            str(find_java().path),
            *jvm_options(),
            *trust_options(Path(work)),
            "-cp",
            f"{spark_home() / 'jars'}/*",
            "org.apache.spark.deploy.SparkSubmit",
            "--conf",
            f"spark.jars.ivy={work}/ivy",
            "--packages",
            lock.resolve,
            "--exclude-packages",
            ",".join(lock.exclude),
            str(nothing),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            unresolved = [
                line.strip()
                for line in (done.stdout + done.stderr).splitlines()
                if "rror" in line or "not found" in line
            ]
            raise MachineError(
                f"Spark's resolver could not fetch {lock.resolve}: {' | '.join(unresolved[-3:])[:600]}",
                "Check the network (a proxy's certificate: SSL_CERT_FILE), or set PAYLAKE_JARS to a folder of jars.",
            )
        for jar in Path(work, "ivy", "jars").glob("*.jar"):
            shutil.move(jar, folder / jar.name)
