"""The same files give the same figures, however often, in whatever order and in however many runs they arrive."""

from __future__ import annotations

import random
import shutil

from tests.conftest import TABLES_ONLY, Lakes

RUNS = 5


def test_a_second_landing_and_build_change_no_row(lakes: Lakes) -> None:
    lake, before = lakes.built(), lakes.standard_figures()
    summary = lake.land(*lake.exports)
    assert {verdict.status for verdict in summary.files} == {"already_landed"}
    lake.run_dbt(*TABLES_ONLY)
    assert lake.figures() == before
    assert min(rows for table, (rows, _) in before.items() if table.startswith("gold_")) > 0


def test_shuffled_repeated_and_split_over_five_runs_gives_identical_gold(lakes: Lakes) -> None:
    expected = lakes.standard_figures()
    lake = lakes.simulated()
    files = sorted(path for exports in lake.exports for path in exports.rglob("*") if path.is_file())
    shuffle = random.Random(5)
    shuffle.shuffle(files)
    for run in range(RUNS):
        folder = lake.settings.lake_path / "arrivals" / str(run)
        folder.mkdir(parents=True)
        again = shuffle.sample(files, 3)
        for number, source in enumerate([*files[run::RUNS], *again]):
            shutil.copy(source, folder / f"{number:03d}-{source.name}")
        lake.land(folder)
    lake.run_dbt(*TABLES_ONLY)
    assert lake.figures() == expected
    lakes.adopt(lake)
