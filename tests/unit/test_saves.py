"""Saves are merged and none is missed: which files count, and when the watching begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paylake import saves as module
from paylake.saves import saves
from paylake.watch import Failure, Outcome, _meaning


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dbt_project.yml").write_text("name: trial\nmodel-paths: [models]\n")
    (tmp_path / "models").mkdir()
    return tmp_path


def scripted(monkeypatch: pytest.MonkeyPatch, *rounds: list[set[str]]) -> list[set[str]]:
    """Let each beginning of the watching see the next round of events; returns what was watched in each."""
    watched, left = [], list(rounds)

    def fake(*paths: Path, **_: Any) -> Iterator[set[tuple[int, str]]]:
        watched.append({path.name for path in paths})
        yield from ({(1, name) for name in names} for names in left.pop(0))

    monkeypatch.setattr(module, "watch", fake)
    return watched


def names(saved: set[Path]) -> set[str]:
    return {path.name for path in saved}


def test_the_first_answer_says_that_the_watching_has_begun(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, [set(), set(), {"a.sql", "b.yml"}])
    found = saves(project)
    assert names(next(found)) == set()
    assert names(next(found)) == {"a.sql", "b.yml"}


def test_what_editors_leave_beside_a_file_does_not_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, [set(), {"4913", "a.sql~", ".a.sql.swp"}, {"a.sql", "a.sql~"}])
    found = saves(project)
    next(found)
    assert names(next(found)) == {"a.sql"}


def test_a_saved_configuration_is_watched_anew_with_the_folders_it_names(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = scripted(monkeypatch, [set(), {"dbt_project.yml"}], [set()])
    found = saves(project)
    next(found)
    (project / "more").mkdir()
    (project / "dbt_project.yml").write_text("name: trial\nmodel-paths: [models, more]\n")
    assert names(next(found)) == {"dbt_project.yml"}
    assert watched == [{"dbt_project.yml", "models"}, {"dbt_project.yml", "models", "more"}]


def test_a_broken_configuration_is_still_watched(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "dbt_project.yml").write_text("name: [")
    watched = scripted(monkeypatch, [set()])
    next(saves(project))
    assert watched == [{"dbt_project.yml", "models"}]


@pytest.mark.timeout(60)
def test_a_file_that_is_replaced_by_a_rename_is_seen_every_time(project: Path) -> None:
    found = saves(project)
    assert next(found) == set()
    for name in ("models/a.sql", "dbt_project.yml", "dbt_project.yml"):
        draft = project / "draft"
        draft.write_text("name: trial\n")
        draft.replace(project / name)
        assert names(next(found)) == {Path(name).name}


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("{#- Failing means: it\n    is lost. -#}\n{% test x() %}", "Failing means: it is lost."),
        ("-- Failing means: it\n-- is lost.\nselect 1 -- one", "Failing means: it is lost."),
        ("select 1 -- one", ""),
    ],
)
def test_the_meaning_of_a_test_is_what_its_file_begins_with(project: Path, header: str, meaning: str) -> None:
    (project / "t.sql").write_text(header)
    node = SimpleNamespace(
        depends_on=SimpleNamespace(macros=[]), package_name="trial", original_file_path="t.sql", name="t"
    )
    assert _meaning(project, node, SimpleNamespace(macros={})) == meaning


def test_a_warning_is_green_and_a_skipped_node_is_not() -> None:
    warning = Failure("t", "test", "t.sql", "Got 1 result", is_warning=True)
    assert Outcome(1.0, 1, 1, 0, (warning,)).is_green
    assert not Outcome(1.0, 1, 1, 1).is_green
    assert not Outcome(1.0, error="Compilation Error").is_green
    assert str(Outcome(1.25, 2, 3)) == "2 models, 3 tests  1.2 s"
