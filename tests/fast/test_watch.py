"""`paylake watch` on a real Sail server and a small project: what each save builds, and that nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paylake import sail
from paylake.cli import app
from paylake.daemon import free_port
from paylake.errors import LakeBusy
from paylake.settings import Settings, get_settings
from paylake.watch import Builder, Outcome

FILES = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        macro-paths: [macros]
        test-paths: [tests]
        flags: {send_anonymous_usage_stats: false}
        models: {+materialized: table, +file_format: delta}
    """,
    "profiles.yml": """
        tiny:
          target: fast
          outputs: {fast: {type: sail, schema: tiny, threads: 1}}
    """,
    "seeds/letters.csv": "letter,place\na,1\nb,2\n",
    "macros/twice.sql": "{% macro twice(column) %}{{ column }} * 2{% endmacro %}",
    "models/places.sql": "select letter, cast(place as bigint) as place from {{ ref('letters') }}",
    "models/doubled.sql": "select letter, {{ twice('place') }} as place from {{ ref('places') }}",
    "models/total.sql": "select sum(place) as place from {{ ref('doubled') }}",
    "models/unrelated.sql": "select 1 as one",
    "models/places.yml": """
        models:
          - name: places
            data_tests: [positive: {column: place}]
        unit_tests:
          - name: doubled_is_twice
            model: doubled
            given: [{input: ref('places'), rows: [{letter: x, place: 4}]}]
            expect: {rows: [{letter: x, place: 8}]}
    """,
    "tests/generic/positive.sql": (
        "{#- Failing means: a place lies before the alphabet. -#}\n"
        "{% test positive(model, column) %}select * from {{ model }} where {{ column }} <= 0{% endtest %}"
    ),
    "tests/total_is_even.sql": "select * from {{ ref('total') }} where place % 2 <> 0",
}
pytestmark = pytest.mark.timeout(120)
TABLES = {"letters", "places", "doubled", "total", "unrelated"}
KILLED_BEFORE_ITS_BUILD_IS_NOTED = """
import os, signal
from paylake.due import Comparison
from paylake.cli import app

signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the shell that runs the tests makes of it
noted = Comparison.done
Comparison.done = lambda self, uid: os.kill(os.getpid(), {signal}) if uid == "{node}" else noted(self, uid)
app(["watch", "--once"])
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a lake whose Sail server is stopped at the end; every test has a scratch warehouse of its own."""
    port = free_port()
    folder = tmp_path_factory.mktemp("watched") / "lake"
    yield {"PAYLAKE_LAKE": str(folder), "PAYLAKE_FAST_PORT": str(port)}
    sail.down(Settings(lake=folder, fast_port=port))


class Project:
    """A small dbt project, its settings, and what builds have made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, get_settings()
        for name, text in FILES.items():
            self.save(name, text)

    def save(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines()
        path.write_text("\n".join(line.removeprefix("        ") for line in lines) + "\n")

    def tables(self) -> dict[str, str]:
        """The folder that holds each table: another one after each build."""
        return {folder.parent.name: folder.name for folder in self.settings.scratch_path.glob("*/*/*")}

    def once(self, *options: str) -> tuple[int, str]:
        """Run `paylake watch --once`; its exit code and its output."""
        result = CliRunner().invoke(app, ["watch", "--once", *options])
        return result.exit_code, result.output


@pytest.fixture
def project(lake: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    for name, value in {**lake, "PAYLAKE_PROJECT": str(tmp_path), "PAYLAKE_SCRATCH": tmp_path.name}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield Project(tmp_path)
    get_settings.cache_clear()


@pytest.fixture
def builder(project: Project) -> Iterator[Builder]:
    with Builder(project.settings) as found:
        yield found


def built(project: Project, builder: Builder) -> tuple[set[str], Outcome]:
    """Build what is due; the tables that were written, and the outcome."""
    before = project.tables()
    outcome = builder.build()
    return {name for name, folder in project.tables().items() if before.get(name) != folder}, outcome


def test_a_save_builds_what_changed_its_children_and_their_tests_alone(project: Project, builder: Builder) -> None:
    tables, outcome = built(project, builder)
    assert (tables, outcome.tests, outcome.is_green) == (TABLES, 3, True)
    assert built(project, builder)[0] == set()

    project.save("models/doubled.sql", "select letter, 2 * place as place from {{ ref('places') }}")
    tables, outcome = built(project, builder)
    assert (tables, outcome.models, outcome.tests) == ({"doubled", "total"}, 2, 2)

    project.save("models/total.sql", "select sum({{ twice('place') }}) as place from {{ ref('doubled') }}")
    assert built(project, builder)[0] == {"total"}
    project.save("macros/twice.sql", "{% macro twice(column) %}2 * {{ column }}{% endmacro %}")
    assert built(project, builder)[0] == {"total"}

    project.save("seeds/letters.csv", "letter,place\na,1\nb,2\nc,3\n")
    assert built(project, builder)[0] == TABLES - {"unrelated"}
    project.save("models/later.sql", "select * from {{ ref('unrelated') }}")
    assert built(project, builder)[0] == {"later"}


def test_a_saved_test_runs_alone(project: Project, builder: Builder) -> None:
    builder.build()
    project.save("tests/total_is_even.sql", "select * from {{ ref('total') }} where mod(place, 2) <> 0")
    project.save("models/places.yml", FILES["models/places.yml"].replace("place: 4", "place: 5"))
    tables, outcome = built(project, builder)
    assert (tables, outcome.tests) == (set(), 2)
    assert [failure.name for failure in outcome.failures] == ["doubled_is_twice"]

    project.save("models/places.yml", FILES["models/places.yml"])
    tables, outcome = built(project, builder)
    assert (tables, outcome.is_green) == (set(), True)


@pytest.mark.parametrize(
    ("name", "broken", "seen"),
    [
        ("models/places.sql", "select {{ ref('letters') from", "models/places.sql"),
        ("models/places.yml", "models: [", "places.yml"),
        ("models/places.sql", "select * from {{ ref('nowhere') }}", "nowhere"),
        ("dbt_project.yml", "name: [", "line 2"),
    ],
)
def test_a_syntax_error_is_shown_and_its_mending_builds_everything_due(
    project: Project, builder: Builder, name: str, broken: str, seen: str
) -> None:
    builder.build()
    whole = (project.folder / name).read_text()
    project.save("models/unrelated.sql", "select 2 as one")
    project.save(name, broken)
    tables, outcome = built(project, builder)
    assert tables == set()
    assert seen in outcome.error
    assert "Traceback" not in outcome.error

    project.save(name, whole)
    tables, outcome = built(project, builder)
    assert (tables, outcome.is_green) == ({"unrelated"}, True)


def test_a_failed_model_leaves_its_table_and_is_due_until_it_is_mended(project: Project, builder: Builder) -> None:
    builder.build()
    project.save("models/places.sql", "select letter, nothing as place from {{ ref('letters') }}")
    for _ in range(2):
        tables, outcome = built(project, builder)
        assert (tables, outcome.is_green, outcome.skipped > 0) == (set(), False, True)
        assert "nothing" in outcome.failures[0].message

    project.save("models/places.sql", "select letter, place + 1 as place from {{ ref('letters') }}")
    tables, outcome = built(project, builder)
    assert (tables, outcome.is_green) == ({"places", "doubled", "total"}, True)


def test_a_failing_test_shows_its_meaning_and_its_rows(project: Project) -> None:
    project.save("seeds/letters.csv", "letter,place\na,1\nb,2\nzeta,-26\ncard 4111 1111 1111 1111,0\n")
    code, output = project.once()
    assert code == 1
    assert "positive_places" in output
    assert "Failing means: a place lies before the alphabet." in output
    assert "zeta" in output
    assert "-26" in output
    assert "4111" not in output
    assert "unit" not in output  # what succeeded or was skipped says nothing

    project.save("seeds/letters.csv", "letter,place\na,1\n")
    code, output = project.once()
    assert (code, len(output.splitlines())) == (0, 1)


def test_what_was_saved_while_nobody_watched_is_built_at_the_next_start(project: Project) -> None:
    with Builder(project.settings) as first:
        first.build()
    project.save("models/total.sql", "select max(place) as place from {{ ref('doubled') }}")
    with Builder(project.settings) as second:
        assert built(project, second)[0] == {"total"}


def test_tests_left_out_stay_due(project: Project) -> None:
    with Builder(project.settings, with_tests=False) as without:
        assert without.build().tests == 0
    with Builder(project.settings) as complete:
        tables, outcome = built(project, complete)
        assert (tables, outcome.tests) == (set(), 3)


def test_what_is_not_selected_stays_due(project: Project) -> None:
    with Builder(project.settings, ["+places"]) as narrow:
        tables, outcome = built(project, narrow)
        assert (tables, outcome.tests) == ({"letters", "places"}, 1)
    with Builder(project.settings) as complete:
        assert built(project, complete)[0] == {"doubled", "total", "unrelated"}


def test_a_wrong_selector_is_an_error_of_one_save(project: Project) -> None:
    with Builder(project.settings, ["flavour:sweet"]) as wrong:
        assert "flavour" in wrong.build().error


def test_the_builder_reconnects_to_a_server_that_was_started_again(project: Project, builder: Builder) -> None:
    builder.build()
    sail.down(project.settings)
    project.save("models/doubled.sql", "select letter, place + place as place from {{ ref('places') }}")
    tables, outcome = built(project, builder)
    assert (tables, outcome.is_green) == ({"doubled", "total"}, True)


def test_another_branch_has_its_own_tables(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYLAKE_SCRATCH")
    get_settings.cache_clear()
    project.settings = get_settings()
    git = ["git", "-C", str(project.folder)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch", "first"], check=True)
    with Builder(project.settings) as following:
        assert built(project, following)[0] == TABLES
        first = project.tables()
        subprocess.run([*git, "symbolic-ref", "HEAD", "refs/heads/second"], check=True)
        project.save("models/unrelated.sql", "select 2 as one")
        assert built(project, following)[0] == TABLES
        subprocess.run([*git, "symbolic-ref", "HEAD", "refs/heads/first"], check=True)
        assert project.tables() == first
        assert built(project, following)[0] == {"unrelated"}


def test_one_builder_at_a_time(project: Project, builder: Builder) -> None:
    with pytest.raises(LakeBusy, match=project.folder.name), Builder(project.settings):
        pass


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_was_stopped_half_way_goes_on_where_it_was(project: Project, how: signal.Signals) -> None:
    script = KILLED_BEFORE_ITS_BUILD_IS_NOTED.format(signal=int(how), node="model.tiny.doubled")
    stopped = subprocess.run(
        [sys.executable, "-c", script], env=os.environ, capture_output=True, text=True, check=False
    )
    assert stopped.returncode in (-how, 130), stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert "total" not in project.tables()
    with Builder(project.settings) as again:
        tables, outcome = built(project, again)
        assert "letters" not in tables
        assert "places" not in tables
        assert "doubled" not in tables, "it was whole when the build was stopped"
        assert "total" in tables
        assert outcome.is_green
        assert built(project, again)[0] == set()
