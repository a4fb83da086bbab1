"""Settings: precedence, validation, and the promise that unknown names are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from paylake.errors import UsageError
from paylake.settings import Settings, branch, find_project, get_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "dbt_project.yml").write_text("name: x\n")
    (tmp_path / "paylake").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("PAYLAKE_PROJECT", "PAYLAKE_LAKE", "PAYLAKE_PORT", "PAYLAKE_REMOTE"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_the_nearest_project_upwards_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_project() == tmp_path


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get_settings().port == 15002
    (tmp_path / "paylake.toml").write_text("port = 15010\ncores = 1\n")
    get_settings.cache_clear()
    assert get_settings().port == 15010
    monkeypatch.setenv("PAYLAKE_PORT", "15020")
    get_settings.cache_clear()
    assert (get_settings().port, get_settings().cores) == (15020, 1)


def test_a_wrong_line_of_the_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "paylake.toml").write_text("prot = 15010\n")
    with pytest.raises(UsageError, match="prot"):
        get_settings()


@pytest.mark.parametrize(("name", "value"), [("PAYLAKE_PORT", "80"), ("PAYLAKE_MEMORY_MB", "much")])
def test_a_value_out_of_range_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name.removeprefix("PAYLAKE_").lower()):
        get_settings()


def test_secrets_do_not_print() -> None:
    assert "hunter2" not in repr(Settings(smtp_password="hunter2"))


def test_the_time_zone_is_the_one_that_the_models_use(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("vars: {reporting_time_zone: Europe/Berlin}")
    assert Settings(project=tmp_path).time_zone == "Europe/Berlin"


def test_the_lake_is_relative_to_the_project(tmp_path: Path) -> None:
    assert Settings(project=tmp_path).lake_path == tmp_path / "lake"
    assert Settings(project=tmp_path).landing_url == str(tmp_path / "lake" / "landing")


def test_the_scratch_warehouse_is_the_branchs(tmp_path: Path) -> None:
    assert branch(tmp_path) is None
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/feature/new churn\n")
    assert branch(tmp_path) == "feature-new-churn"
    assert Settings(project=tmp_path, lake=Path("lake")).scratch_path == tmp_path / "lake/scratch/feature-new-churn"
    worktree = tmp_path / "worktree"
    worktree.mkdir()
    (worktree / ".git").write_text(f"gitdir: {tmp_path / '.git'}\n")
    assert branch(worktree) == "feature-new-churn"
    (tmp_path / ".git" / "HEAD").write_text("8d3f0a\n")
    assert branch(tmp_path) is None
    assert Settings(project=tmp_path, lake=Path("lake"), scratch="mine").scratch_path.name == "mine"
