"""What is due follows from text and tables alone, so that no missed event, kill or other process can hide it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paylake.due import Comparison, Ledger
from paylake.settings import Settings


class Config(SimpleNamespace):
    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


class Lake:
    """A project of fakes: seed -> base -> (child -> grandchild, other), tables with tests, child with a unit test."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(project=folder, lake=folder / "lake", scratch="trial")
        self.folder = folder
        self.variables("{zone: UTC}")
        (folder / "seed.csv").write_text("id\n1\n")
        macros = {"inner": self.macro("1 {{ var('zone') }}"), "outer": self.macro("{{ inner() }}", "inner")}
        self.manifest = SimpleNamespace(nodes={}, unit_tests={}, sources={}, macros=macros, child_map={})
        self.manifest.sources["source.bronze"] = SimpleNamespace(schema="bronze", identifier="events")
        self.add("seed", "seed")
        self.add("base", "model", "seed.seed", "source.bronze")
        self.add("child", "model", "model.base", macros=["outer"])
        self.add("grandchild", "model", "model.child")
        self.add("other", "model", "model.base")
        for name in ("base", "child", "grandchild", "other"):
            self.add(f"of_{name}", "test", f"model.{name}")
        self.add("of_child", "unit_test", "model.child", to=self.manifest.unit_tests)
        self.land(0)

    @staticmethod
    def macro(text: str, *calls: str) -> Any:
        return SimpleNamespace(macro_sql=text, depends_on=SimpleNamespace(macros=list(calls)))

    def variables(self, text: str) -> None:
        (self.folder / "dbt_project.yml").write_text(f"name: trial\nvars: {text}\n")

    def add(self, name: str, kind: str, *parents: str, macros: Any = (), to: Any = None) -> None:
        uid = f"{kind}.{name}"
        node = SimpleNamespace(
            resource_type=kind,
            schema="made",
            alias=name,
            config=Config(materialized="table"),
            depends_on=SimpleNamespace(macros=list(macros)),
            depends_on_nodes=list(parents),
            raw_code=f"select 1 as {name}",
            original_file_path="seed.csv",
            checksum=name,
        )
        (self.manifest.nodes if to is None else to)[uid] = node
        for parent in parents:
            self.manifest.child_map.setdefault(parent, []).append(uid)

    def land(self, version: int) -> None:
        self.commit(self.settings.warehouse_path / "bronze.db" / "events", version)

    def write(self, name: str, generation: int) -> None:
        self.commit(self.settings.scratch_path / "made" / name / f"{generation:020d}", 0)

    @staticmethod
    def commit(folder: Path, version: int) -> None:
        (folder / "_delta_log").mkdir(parents=True, exist_ok=True)
        (folder / "_delta_log" / f"{version:020d}.json").touch()

    def compare(self) -> Comparison:
        return Comparison(self.manifest, self.settings, Ledger(self.folder / "built.json"))

    def build(self, *left_out: str) -> set[str]:
        """Build what is due in dbt's order, unit tests first; returns what was built."""
        comparison = self.compare()
        due = {uid for uid in comparison.due() if uid not in left_out}
        for uid in sorted(due, key=lambda uid: (not uid.startswith("unit_test"), list(comparison.nodes).index(uid))):
            if not uid.split(".")[0].endswith("test"):
                name = comparison.nodes[uid].alias
                made = self.settings.scratch_path / "made" / name
                self.write(name, len(list(made.glob("*"))) + 1)
            comparison.done(uid)
        return due


CHILD = {"model.child", "test.of_child", "unit_test.of_child", "model.grandchild", "test.of_grandchild"}
BASE = {"model.base", "test.of_base", "model.other", "test.of_other", *CHILD}
ALL = {"seed.seed", *BASE}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def test_all_is_due_at_first_and_nothing_after_a_build(lake: Lake) -> None:
    assert lake.build() == ALL
    assert lake.build() == set()


def test_a_saved_model_makes_itself_its_children_and_their_tests_due(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["model.child"].raw_code = "select 2"
    assert lake.build() == CHILD
    assert lake.build() == set()


def test_a_saved_test_makes_only_itself_due(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["test.of_base"].raw_code = "select 2"
    lake.manifest.unit_tests["unit_test.of_child"].checksum = "other rows"
    assert lake.build() == {"test.of_base", "unit_test.of_child"}


def test_configuration_counts(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["model.grandchild"].config.materialized = "view"
    assert lake.build() == {"model.grandchild", "test.of_grandchild"}


def test_a_macro_makes_due_what_calls_it_through_others(lake: Lake) -> None:
    lake.build()
    lake.manifest.macros["inner"].macro_sql = "2"
    assert lake.build() == CHILD


def test_a_variable_makes_due_what_reads_it(lake: Lake) -> None:
    lake.build()
    lake.variables("{zone: UTC, unread: 1}")
    assert lake.build() == set()
    lake.variables("{zone: UTC, trial: {zone: CET}}")
    assert lake.build() == CHILD


def test_a_seeds_rows_count(lake: Lake) -> None:
    lake.build()
    (lake.folder / "seed.csv").write_text("id\n2\n")
    assert lake.build() == ALL


def test_what_landed_is_due(lake: Lake) -> None:
    lake.build()
    lake.land(1)
    assert lake.build() == BASE


def test_what_lands_during_a_build_is_due_after_it(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["model.base"].raw_code = "select 2"
    comparison = lake.compare()
    lake.land(1)
    for uid in comparison.due():
        comparison.done(uid)
    assert "model.base" in lake.compare().due()


def test_a_table_that_another_process_wrote_or_removed_is_due_with_its_children(lake: Lake) -> None:
    lake.build()
    lake.write("child", 7)
    assert lake.build() == CHILD
    for commit in lake.settings.scratch_path.glob("made/other/*/_delta_log/*"):
        commit.unlink()
    assert lake.build() == {"model.other", "test.of_other"}


def test_what_was_left_out_or_failed_stays_due(lake: Lake) -> None:
    lake.build("test.of_base", "model.grandchild", "test.of_grandchild")
    assert lake.build() == {"test.of_base", "model.grandchild", "test.of_grandchild"}


def test_a_child_of_a_rebuilt_parent_stays_due_when_the_build_stops_between_them(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["model.child"].raw_code = "select 2"
    lake.build("model.grandchild", "test.of_grandchild")
    assert lake.build() == {"model.grandchild", "test.of_grandchild"}


def test_a_change_taken_back_before_it_was_built_is_not_due(lake: Lake) -> None:
    lake.build()
    lake.manifest.nodes["model.child"].raw_code = "select 2"
    assert lake.compare().due() == CHILD
    lake.manifest.nodes["model.child"].raw_code = "select 1 as child"
    assert lake.build() == set()


def test_text_goes_through_a_model_without_a_table(lake: Lake) -> None:
    lake.manifest.nodes["model.child"].config.materialized = "ephemeral"
    lake.build()
    lake.manifest.nodes["model.child"].raw_code = "select 2"
    lake.build("model.grandchild", "test.of_grandchild")
    assert lake.build() == {"model.grandchild", "test.of_grandchild"}


def test_an_unreadable_ledger_makes_everything_due(lake: Lake) -> None:
    lake.build()
    (lake.folder / "built.json").write_text('{"model.base": "12')
    assert lake.compare().due() == ALL


def test_nodes_that_left_the_project_are_forgotten(lake: Lake) -> None:
    lake.build()
    ledger = Ledger(lake.folder / "built.json")
    ledger.keep(["model.base", "model.new"])
    assert Ledger(lake.folder / "built.json").get("model.base") == ledger.get("model.base") is not None
    assert Ledger(lake.folder / "built.json").get("model.child") is None
