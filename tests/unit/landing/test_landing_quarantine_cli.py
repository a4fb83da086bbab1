"""`paylake quarantine`: a failing test means that a person is told the wrong thing, or decides more than was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from landing_memory import ODD, Merchant
from rich.console import Console
from typer.testing import CliRunner, Result

from paylake.cli import app, console
from paylake.cli import quarantine as commands
from paylake.landing import connection
from paylake.settings import get_settings

CARD = "4242424242424242"


@pytest.fixture
def merchant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Merchant]:
    """A merchant whose lake is what the commands see."""
    merchant = Merchant(tmp_path)

    monkeypatch.setattr(connection, "get_session", Mock())
    monkeypatch.setattr(connection, "DeltaLake", lambda _: merchant.lake)
    monkeypatch.setenv("PAYLAKE_LAKE", str(merchant.settings.lake_path))
    monkeypatch.setenv("LOGNAME", "carla")
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield merchant
    get_settings.cache_clear()


def run(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, [*arguments], input=answer)


def quarantine(*arguments: str, answer: str | None = None) -> str:
    result = run("quarantine", *arguments, answer=answer)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_empty_quarantine_says_so(merchant: Merchant) -> None:
    merchant.deliver(1)
    assert "quarantine" not in run("land", "exports").stdout
    assert quarantine("list") == "Nothing is in quarantine.\n"
    assert quarantine("list", "--provider", "paypal") == "Nothing of paypal is in quarantine.\n"


def test_list_names_each_file_its_reason_and_whether_it_can_be_released(merchant: Merchant) -> None:
    odd = merchant.deliver_odd(1)
    card = merchant.put(f"{'n' * 120}.jsonl", f'{{"id":"ch_1","object":"charge","note":"{CARD}"}}')
    landed = run("land", "exports")
    assert (landed.exit_code, "paylake quarantine list" in landed.stdout) == (3, True)
    shown = quarantine("list").splitlines()
    assert [line for line in shown if line.startswith(odd[:12])] == [f"{odd[:12]}  exports/odd1.jsonl"]
    assert f"{card[:12]}  exports/{'n' * 120}.jsonl" in shown
    assert any(re.search(r"affirm \w+, since 20\d\d-\d\d-\d\d, can be released", line) for line in shown)
    assert any(re.search(r"stripe \w+, since 20\d\d-\d\d-\d\d, cannot be released", line) for line in shown)
    assert any("'five' in column 'amount' is not" in line for line in shown)
    assert shown[-1].startswith("2 in quarantine, 1 of them can be released")
    assert CARD not in "".join(shown)
    assert odd[:12] in quarantine("list", "--provider", "affirm")
    assert card[:12] not in quarantine("list", "--provider", "affirm")


def test_show_tells_everything_and_what_can_be_done(merchant: Merchant) -> None:
    odd, torn = merchant.deliver_odd(1), merchant.deliver_odd(2, end='{"half')
    (merchant.exports / "copy.jsonl").write_bytes(merchant.delivered["odd1.jsonl"])
    run("land", "exports")
    run("quarantine", "release", torn, "--because", "looks right")
    shown = quarantine("show", odd[:6], "exports/odd2.jsonl")
    one, other = shown.split("\n\n")
    for part in (
        odd,
        "copy.jsonl",
        "odd1.jsonl",
        f"{len(merchant.delivered['odd1.jsonl'])} bytes",
        "batch 1",
        "'five'",
    ):
        assert part in one, part
    assert f"lake/quarantine/{odd}/" in one
    assert f"quarantine release {odd[:12]}" in one
    assert f"quarantine discard {odd[:12]}" in one
    for part in (torn, "released by carla: looks right", "half a record", f"quarantine discard {torn[:12]}"):
        assert part in other, part
    assert "quarantine release" not in other


def test_a_release_prints_the_verdict_and_leaves_an_empty_quarantine(merchant: Merchant) -> None:
    odd = merchant.deliver_odd(1)
    run("land", "exports")
    shown = quarantine("release", odd[:12], "--because", "agreed with finance")
    assert "landed          exports/odd1.jsonl  2 rows" in shown
    assert merchant.lake.rows_of_files() == {odd: ODD}
    assert merchant.history.landed[odd].decision == "by carla: agreed with finance"
    assert quarantine("list") == "Nothing is in quarantine.\n"
    assert "landed by carla: agreed with finance" in quarantine("list", "--all")
    assert "quarantine release" not in quarantine("show", odd)


def test_exit_codes_of_a_release(merchant: Merchant) -> None:
    torn = merchant.deliver_odd(1, end='{"half')
    run("land", "exports")
    assert run("quarantine", "release", torn).exit_code == 2
    assert run("quarantine", "release", torn, "--because", " ").exit_code == 2
    assert run("quarantine", "release", "abcd", "--because", "x").exit_code == 2
    refused = run("quarantine", "release", torn, "--because", "x")
    assert (refused.exit_code, "half a record" in refused.stdout) == (3, True)
    again = run("quarantine", "release", torn, "--because", "x")
    assert (again.exit_code, "cannot be released" in again.stderr) == (2, True)


def test_discarding_asks_before_bytes_go(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    odd, other = merchant.deliver_odd(1), merchant.deliver_odd(2)
    run("land", "exports")
    unasked = run("quarantine", "discard", odd, "--because", "a test")
    assert (unasked.exit_code, "--yes" in unasked.stderr) == (2, True)
    monkeypatch.setattr(commands, "is_interactive", lambda: True)
    refused = run("quarantine", "discard", odd, "--because", "a test", answer="n\n")
    assert (refused.exit_code, "exports/odd1.jsonl" in refused.stdout) == (1, True)
    assert merchant.kept(odd) is not None
    assert "1 discarded" in quarantine("discard", odd, "--because", "a test", answer="y\n")
    assert "1 discarded" in quarantine("discard", other, "--because", "a test", "--yes")
    assert merchant.kept(odd) is merchant.kept(other) is None
    told = run("land", "exports")
    assert (told.exit_code, told.stdout.count("by carla: a test")) == (0, 2)


def test_on_a_terminal_long_texts_are_wrapped_beside_their_label(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Console(force_terminal=True, width=40, color_system=None, highlight=False)
    monkeypatch.setattr(console, "out", terminal)
    with terminal.capture() as captured:
        console.print_pairs([("abc", "a/very/" * 10 + "long/path"), ("", "[bold] is no markup")])
    lines = captured.get().splitlines()
    assert lines[0].startswith("abc  a/very/")
    assert all(line.startswith("     ") for line in lines[1:])
    assert "".join(line[5:].strip() for line in lines[:-1]) == "a/very/" * 10 + "long/path"
    assert lines[-1].strip() == "[bold] is no markup"
