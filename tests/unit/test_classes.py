"""The archive of the server's classes: made once for each JVM and class path, never in the server's way."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from paylake import classes, launch
from paylake.doctor import examine
from paylake.java import find_java
from paylake.settings import Settings, find_project

JAVA = """#!/bin/sh
case "$*" in
*-Xshare:*) ;;
*) echo 'openjdk version "17.0.1"' >&2; exit ;;
esac
echo "$*" >> "$(dirname "$0")/calls"
{then}
for word in "$@"; do case "$word" in -XX:SharedArchiveFile=*) echo made > "${{word#*=}}" ;; esac; done
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty cache, and a Java that writes an archive of a few bytes."""
    fake_java(tmp_path, "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    return Settings(project=find_project(), cache=tmp_path / "cache", lake=tmp_path / "lake")


def fake_java(home: Path, then: str) -> None:
    """`then` is what it does, besides, when it is to make or to use an archive."""
    path = home / "bin" / "java"
    path.parent.mkdir(exist_ok=True)
    path.write_text(JAVA.format(then=then))
    path.chmod(0o755)


def calls(settings: Settings) -> list[str]:
    """How Java was called to make or try an archive."""
    written = settings.cache.parent / "bin" / "calls" if settings.cache else Path()
    return written.read_text().splitlines() if written.exists() else []


def leftovers(settings: Settings) -> list[str]:
    """What the cache holds besides archives."""
    found = classes.archive(settings, find_java()).parent.glob("*")
    return [path.name for path in found if path.suffix not in (".jsa", ".lock")]


def line(settings: Settings) -> list[str]:
    return launch.command(settings, [], 1024, settings.lake_path / "spark.conf")


def test_an_archive_is_made_tried_and_used_and_not_made_again(settings: Settings) -> None:
    assert not any("SharedArchiveFile" in word for word in line(settings))
    assert "prepared in" in classes.prepare(settings)
    assert ["-Xshare:dump" in call for call in calls(settings)] == [True, False]
    assert f"-XX:SharedArchiveFile={classes.archive(settings, find_java())}" in line(settings)
    classes.prepare(settings)
    assert len(calls(settings)) == 2
    assert leftovers(settings) == []


def test_it_is_made_for_the_class_path_that_the_server_gets(settings: Settings) -> None:
    classes.prepare(settings)
    words = calls(settings)[0].split()
    assert words[words.index("-cp") + 1] == classes.class_path(classes.pinned_jars(settings))


def test_a_deleted_archive_is_made_again(settings: Settings) -> None:
    classes.prepare(settings)
    classes.archive(settings, find_java()).unlink()
    classes.prepare(settings)
    assert classes.archive(settings, find_java()).is_file()


@pytest.mark.parametrize(
    ("then", "says"),
    [
        ("echo 'No room in the heap'; exit 1", "ended with 1. No room in the heap"),
        ('case "$*" in *-Xshare:on*) exit 3 ;; esac', "ended with 3"),
    ],
    ids=["it is not made", "it cannot be used"],
)
def test_a_failure_is_said_in_one_line_and_leaves_nothing(settings: Settings, then: str, says: str) -> None:
    fake_java(find_java().path.parent.parent, then)
    told = classes.prepare(settings)
    assert says in told
    assert len(told.splitlines()) == 1
    assert not classes.archive(settings, find_java()).exists()
    assert leftovers(settings) == []
    assert not any("SharedArchiveFile" in word for word in line(settings))


def test_what_a_killed_set_up_left_is_removed(settings: Settings) -> None:
    left = classes.archive(settings, find_java()).with_name("making-1")
    left.mkdir(parents=True)
    (left / "made.jsa").write_text("half")
    classes.prepare(settings)
    assert leftovers(settings) == []


def test_a_java_that_takes_too_long_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_java(find_java().path.parent.parent, "exec sleep 60")
    monkeypatch.setattr(classes, "TIMEOUT_SECONDS", 0.5)
    assert "took over" in classes.prepare(settings)


def test_a_full_disk_is_said_before_anything_is_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))(10**9, 10**9, 5 * 2**20)
    monkeypatch.setattr(classes.shutil, "disk_usage", lambda _: usage)
    assert "5 MiB free" in classes.prepare(settings)
    assert calls(settings) == []


def test_a_cache_that_cannot_be_written_is_no_error(settings: Settings) -> None:
    (settings.lake_path.parent / "file").write_text("")
    elsewhere = settings.model_copy(update={"cache": settings.lake_path.parent / "file" / "cache"})
    assert "not prepared" in classes.prepare(elsewhere)


def test_another_jvm_or_jar_has_another_archive(settings: Settings, tmp_path: Path) -> None:
    first = classes.archive(settings, find_java())
    modules = tmp_path / "lib" / "modules"
    modules.parent.mkdir()
    modules.write_text("updated")
    second = classes.archive(settings, find_java())
    jars = tmp_path / "jars"
    jars.mkdir()
    classes.pinned_jars(with_jars := settings.model_copy(update={"jars": jars}))[0].write_text("jar")
    assert len({first, second, classes.archive(with_jars, find_java())}) == 3


def test_only_the_archives_that_were_used_last_are_kept(settings: Settings) -> None:
    mine = classes.archive(settings, find_java())
    mine.parent.mkdir(parents=True)
    for number in range(5):
        old = mine.with_name(f"java17-{number}.jsa")
        old.write_text("")
        os.utime(old, (number, number))
    classes.prepare(settings)
    assert {path.name for path in mine.parent.glob("*.jsa")} == {"java17-3.jsa", "java17-4.jsa", mine.name}
    os.utime(mine, (0, 0))
    assert line(settings)
    assert mine.stat().st_mtime > 0


def test_doctor_says_whether_they_are_prepared(settings: Settings) -> None:
    seen = [next(c.result for c in examine(settings) if c.name == "classes")]
    classes.prepare(settings)
    seen += [next(c.result for c in examine(settings) if c.name == "classes")]
    assert seen == ["warn", "ok"]


def test_the_list_holds_what_can_be_archived_and_once(tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.write_text(
        "# a comment\n@lambda-proxy a/B run ()V\na/B id: 1\na/B id: 2\njdk/proxy2/$Proxy7 id: 3\n"
        "a/C id: 4 super: 1 source: file:/x.jar\norg/codehaus/janino/Java id: 5\na/B$$Lambda$1/0x00 id: 6\n"
    )
    to = tmp_path / "classes.gz"
    assert classes.write_list([written], to) == 2
    assert gzip.decompress(to.read_bytes()).decode() == "@lambda-proxy a/B run ()V\na/B\n"


def test_the_projects_list_knows_spark_and_delta() -> None:
    listed = set(gzip.decompress(classes.CLASS_LIST.read_bytes()).decode().splitlines())
    assert {launch.MAIN_CLASS.replace(".", "/"), "io/delta/sql/DeltaSparkSessionExtension"} <= listed
