"""Folders of the warehouse: failing means that a table is taken for litter, or litter stops every build."""

from __future__ import annotations

from pathlib import Path

from paylake.warehouse import uncommitted_folders


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
