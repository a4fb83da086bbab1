"""The command line: exit codes, one readable panel for every expected failure, no secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from paylake.cli import app
from paylake.settings import get_settings

runner = CliRunner()


@pytest.fixture(autouse=True)
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PAYLAKE_LAKE", str(tmp_path / "lake"))
    monkeypatch.delenv("PAYLAKE_REMOTE", raising=False)
    get_settings.cache_clear()
    yield tmp_path / "lake"
    get_settings.cache_clear()


def test_status_of_a_stopped_server_exits_4() -> None:
    result = runner.invoke(app, ["status"])
    assert (result.exit_code, "stopped" in result.stdout) == (4, True)


def test_landing_without_a_server_exits_4_and_says_paylake_up(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    result = runner.invoke(app, ["land", str(tmp_path / "a.json")])
    assert result.exit_code == 4
    assert "paylake up" in result.stderr


def test_a_wrong_setting_exits_2_and_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLAKE_PORT", "1")
    get_settings.cache_clear()
    result = runner.invoke(app, ["status"])
    assert (result.exit_code, "port" in result.stderr) == (2, True)


def test_a_report_parameter_without_a_value_exits_2() -> None:
    result = runner.invoke(app, ["report", "run", "revenue_monthly", "-p", "month"])
    assert (result.exit_code, "NAME=VALUE" in result.stderr) == (2, True)


def test_an_unknown_report_exits_2_and_lists_the_known() -> None:
    result = runner.invoke(app, ["report", "run", "nonsense"])
    assert (result.exit_code, "revenue_monthly" in result.stderr) == (2, True)


def test_doctor_exits_6_when_a_jar_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAYLAKE_JARS", str(tmp_path))
    get_settings.cache_clear()
    result = runner.invoke(app, ["doctor"])
    assert (result.exit_code, "delta-storage" in result.stdout) == (6, True)


def test_env_shows_the_token_only_when_asked(lake: Path) -> None:
    shown = runner.invoke(app, ["env", "--show-token"]).stdout
    token = (lake / "server" / "token").read_text()
    assert token in shown
    assert token not in runner.invoke(app, ["env", "--no-show-token"]).stdout


@pytest.mark.parametrize("command", [["--help"], ["land", "--help"], ["report", "--help"], ["quarantine", "--help"]])
def test_help_is_there(command: list[str]) -> None:
    assert runner.invoke(app, command).exit_code == 0
