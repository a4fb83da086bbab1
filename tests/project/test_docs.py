"""The documentation agrees with the code: every setting, every command, every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from paylake.cli import app
from paylake.errors import ExitCode
from paylake.settings import Settings


def pages(project: Path) -> list[Path]:
    return [*project.glob("*.md"), *(project / "docs").rglob("*.md"), *project.glob("*/README.md")]


def test_every_setting_is_documented_and_no_other(project: Path) -> None:
    page = (project / "docs/reference/settings.md").read_text()
    documented = set(re.findall(r"^\| `PAYLAKE_(\w+)` \|", page, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_every_command_is_documented_with_an_example(project: Path) -> None:
    page = (project / "docs/reference/cli.md").read_text()
    root = typer.main.get_command(app)
    commands = {}
    for name, command in root.commands.items():
        inside = getattr(command, "commands", None)
        commands |= {f"{name} {sub}": found for sub, found in inside.items()} if inside else {name: command}
    assert [name for name in commands if f"## paylake {name}\n" not in page] == []
    assert [name for name, command in commands.items() if "Examples" not in (command.epilog or "")] == []


def test_every_exit_code_is_documented(project: Path) -> None:
    page = (project / "docs/reference/cli.md").read_text()
    assert [code.name for code in ExitCode if f"| {code.value} |" not in page] == []


def test_every_relative_link_leads_somewhere(project: Path) -> None:
    broken = []
    for page in pages(project):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(project)} -> {target}")
    assert broken == []


@pytest.mark.parametrize("room", ["tutorials", "how-to", "reference", "decisions"])
def test_every_room_of_the_docs_has_pages_and_the_index_knows_them(project: Path, room: str) -> None:
    index = (project / "docs/README.md").read_text()
    names = [page.name for page in (project / "docs" / room).glob("*.md")]
    assert names
    assert [name for name in names if f"{room}/{name}" not in index] == []
