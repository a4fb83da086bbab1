"""The same files give the same figures, however often, in whatever order and in however many runs they arrive."""

from __future__ import annotations

import shutil

import pytest

from bench.counting import STEPS, check
from bench.counts import Engine
from bench.sides import ours
from paylake.settings import Settings
from tests.conftest import TABLES_ONLY, Lakes

RUNS = 5


def test_a_second_landing_and_build_change_no_row_and_write_no_file(lakes: Lakes, server_settings: Settings) -> None:
    """What the build sends, and an edit's, is not more than what bench/counts.json records."""
    lake, before = lakes.built(), lakes.standard_figures()
    summary = lake.land(*lake.exports)
    assert {verdict.status for verdict in summary.files} == {"already_landed"}
    dbt = ours(lake.settings)
    for step in ("second build", "edit one model"):
        figures = dbt.count(server_settings.warehouse_path, *STEPS[step])
        check(Engine.SPARK, step, figures)
        assert (figures.files == 0) == (step == "second build")
    assert lake.figures() == before
    assert min(rows for table, (rows, _) in before.items() if table.startswith("gold_")) > 0


@pytest.mark.nightly
def test_shuffled_repeated_and_split_over_five_runs_gives_identical_gold(lakes: Lakes) -> None:
    """By day, test_kill.py holds this: its files arrive so, and landings are killed besides."""
    expected = lakes.standard_figures()
    lake = lakes.simulated()
    for run, files in enumerate(lake.arrivals(RUNS, seed=5)):
        folder = lake.settings.lake_path / "arrivals" / str(run)
        folder.mkdir(parents=True)
        for number, source in enumerate(files):
            shutil.copy(source, folder / f"{number:03d}-{source.name}")
        lake.land(folder)
    lake.run_dbt(*TABLES_ONLY)
    assert lake.figures() == expected
