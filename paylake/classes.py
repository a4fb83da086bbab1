"""The server's classes, prepared once: an archive that the JVM maps instead of loading 26,000 classes at each start.

`classes.gz` lists the classes of a whole demo; one that a JVM or a jar does not have is passed over. An archive
belongs to one JVM and one class path: its name says which, and a JVM ignores one that is not its own.
`python -m paylake.classes LIST` renews the list from what servers wrote with `-XX:DumpLoadedClassList=LIST`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import filelock

from paylake.jars import cache_folder, pinned_jars
from paylake.java import Java, find_java, jvm_options, spark_home
from paylake.settings import Settings

CLASS_LIST = Path(__file__).with_name("classes.gz")
NEEDED_MB = 1024
TIMEOUT_SECONDS = 240
KEPT_ARCHIVES = 3
"""The last used. Each is some 300 MB; more than one is in use where there are several checkouts or JVMs."""
QUIET = ("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
UNSHARED = re.compile(r"\$Proxy\d+$|\$\$Lambda|/0x|^org/codehaus/(janino|commons)/|^@lambda-proxy (java|jdk|sun)/")
"""Not archived: classes made while running, those of signed jars; another JDK's own lambdas crash Java 21's dump."""


def class_path(jars: Iterable[Path]) -> str:
    """Delta's and Spark's jars, large ones first: a class is looked for in every jar before its own.

    Each jar once and by name: with a wildcard the order is the file system's, and Java 21 refuses an archive of twins.
    """
    largest = sorted((spark_home() / "jars").glob("*.jar"), key=lambda jar: (-jar.stat().st_size, jar.name))
    return os.pathsep.join(map(str, [*jars, *largest]))


def archive(settings: Settings, java: Java) -> Path:
    """Where the archive of this JVM, these jars and this list is, made or not."""
    home = java.path.resolve().parent.parent
    parts = [home / "lib" / "modules", CLASS_LIST, *pinned_jars(settings), *(spark_home() / "jars").glob("*.jar")]
    stats = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in parts if path.exists()]
    key = hashlib.sha256(repr((java.version, sorted(stats))).encode()).hexdigest()[:16]
    return cache_folder(settings) / "classes" / f"java{java.version}-{key}.jsa"


def options(settings: Settings, java: Java) -> list[str]:
    """JVM options that use the archive where there is one; whatever is wrong with it, the server starts without."""
    path = archive(settings, java)
    if not path.is_file():
        return []
    with suppress(OSError):
        os.utime(path)
    return [f"-XX:SharedArchiveFile={path}", *QUIET]


def prepare(settings: Settings) -> str:
    """Make the archive unless it is there; says in one line what was done, or why the server will do without."""
    java = find_java()
    path = archive(settings, java)
    started = time.monotonic()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path.parent / "prepare.lock", timeout=TIMEOUT_SECONDS):
            if path.is_file():
                return f"The server's classes are prepared in {path}"
            if (free := shutil.disk_usage(path.parent).free // 2**20) < NEEDED_MB:
                raise OSError(f"{free} MiB free, {NEEDED_MB} needed")
            _make(java, class_path(pinned_jars(settings)), path)
    except (OSError, subprocess.SubprocessError, filelock.Timeout) as error:
        return f"The server's classes are not prepared, it starts slower: {_reason(error)}"
    return f"The server's classes are prepared in {path} ({time.monotonic() - started:.0f} s)"


def _make(java: Java, path_of_classes: str, path: Path) -> None:
    """Have the JVM write the archive, check that it can be used, and only then give it its name."""
    for left in path.parent.glob("making-*"):  # by a set-up that was killed: only one at a time comes here
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="making-") as work:
        listed, made = Path(work, "classes"), Path(work, "made.jsa")
        listed.write_bytes(gzip.decompress(CLASS_LIST.read_bytes()))
        use = [str(java.path), *jvm_options(), f"-XX:SharedArchiveFile={made}", "-cp", path_of_classes]
        symbols = ["-XX:+UnlockExperimentalVMOptions", "-XX:SymbolTableSize=524288"]  # a tenth faster than the default
        for step in (["-Xshare:dump", f"-XX:SharedClassListFile={listed}", *symbols], ["-Xshare:on", "-version"]):
            subprocess.run([*use, *step], cwd=work, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)
        made.replace(path)
    for old in sorted(path.parent.glob("*.jsa"), key=lambda each: each.stat().st_mtime)[:-KEPT_ARCHIVES]:
        old.unlink()


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        said = [line for line in (error.stdout + error.stderr).splitlines() if "[warning]" not in line]
        return f"Java ended with {error.returncode}. {' '.join(said[-2:])[:300]}"
    return f"Java took over {error.timeout:.0f} s" if isinstance(error, subprocess.TimeoutExpired) else str(error)


def write_list(lists: Iterable[Path], to: Path = CLASS_LIST) -> int:
    """Write the class list from lists that JVMs wrote, without what cannot be archived; returns how many lines."""
    lines: dict[str, None] = {}
    for line in (line for path in lists for line in path.read_text(encoding="utf-8").splitlines()):
        entry = line if line.startswith("@") else line.split(" ")[0]
        if not line.startswith("#") and "source:" not in line and not UNSHARED.search(entry):
            lines[entry] = None
    to.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0))
    return len(lines)


if __name__ == "__main__":
    write_list(map(Path, sys.argv[1:]))
