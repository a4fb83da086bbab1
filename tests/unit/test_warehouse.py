"""Folders of the warehouse: failing means that a table is taken for litter, or litter stops every build."""

from __future__ import annotations

import json
from pathlib import Path

from paylake.warehouse import inputs_of, is_built_from, note_built, uncommitted_folders


def test_a_folder_is_a_table_from_its_first_commit_on(tmp_path: Path) -> None:
    for name in (
        "seeds.db/committed/_delta_log/00000000000000000000.json",
        "seeds.db/cleaned/_delta_log/00000000000000000010.checkpoint.parquet",
        "seeds.db/torn/_delta_log/.00000000000000000000.json.tmp",
        "seeds.db/written/part-0.parquet",
        "in_default/part-0.parquet",
        "committed_in_default/_delta_log/00000000000000000000.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "seeds.db" / "empty").mkdir()
    found = [folder.relative_to(tmp_path).as_posix() for folder in uncommitted_folders(tmp_path)]
    assert found == ["in_default", "seeds.db/empty", "seeds.db/torn", "seeds.db/written"]
    assert uncommitted_folders(tmp_path / "nowhere") == []


def commit(folder: Path, version: int) -> None:
    log = folder / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{version:020d}.json").write_text(json.dumps({"commitInfo": {"txnId": f"{folder.name} {version}"}}))


def test_inputs_change_with_the_select_and_with_every_table_in_it(tmp_path: Path) -> None:
    for table in ("a", "b", "other"):
        commit(tmp_path / "silver.db" / table, 0)

    def inputs(sql: str, engine: str = "spark 1") -> str:
        return inputs_of(sql, engine, lambda schema, table: tmp_path / f"{schema}.db" / table)

    select = "select 1 from silver.a inner join `silver`.`b` on a.id = b.id"
    before = inputs(select)
    assert inputs(select) == before
    assert inputs(select + " where true") != before
    assert inputs(select, "spark 2") != before
    commit(tmp_path / "silver.db" / "other", 1)
    assert inputs(select) == before
    commit(tmp_path / "silver.db" / "b", 1)
    assert inputs(select) != before


def test_a_table_counts_as_built_until_something_else_is_committed(tmp_path: Path) -> None:
    folder = tmp_path / "table"
    note_built(folder, "x")
    assert not is_built_from(folder, "x"), "there is no table"
    commit(folder, 0)
    assert not is_built_from(folder, "x"), "nobody said so"
    note_built(folder, "x")
    assert is_built_from(folder, "x")
    assert not is_built_from(folder, "y")
    commit(folder, 1)
    assert not is_built_from(folder, "x"), "somebody wrote to it since"
