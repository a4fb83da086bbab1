"""A fast lane without Spark: Sail on an empty lake, for what its SQL and its tables are the subject of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from bench.bronze import write_bronze
from paylake import sail
from paylake.daemon import free_port
from paylake.settings import Settings, get_settings
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a running Sail server with an empty lake of its own."""
    settings = Settings(
        project=PROJECT, lake=tmp_path_factory.mktemp("fast") / "lake", fast_port=free_port(), scratch="t"
    )
    sail.up(settings)
    yield settings
    sail.down(settings)


@contextmanager
def built_on_the_fast_lane(exports: Path, lake: Path, selected: Sequence[str] = ()) -> Iterator[Settings]:
    """Settings of a Sail server on what dbt built of exports, tests and all; the project, or a selection."""
    settings = Settings(project=PROJECT, lake=lake, fast_port=free_port(), scratch="t")
    sail.up(settings)
    patch = pytest.MonkeyPatch()
    for name, value in (("LAKE", lake), ("FAST_PORT", settings.fast_port), ("SCRATCH", "t")):
        patch.setenv(f"PAYLAKE_{name}", str(value))
    get_settings.cache_clear()
    try:
        write_bronze(settings, [exports])
        where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(lake / "target")]
        what = ["--select", *selected, "--indirect-selection", "cautious"] if selected else []
        line = ["build", "--target", "fast", "--exclude-resource-type", "unit_test", "--quiet", *what]
        built = dbtRunner().invoke([*line, *where, "--log-path", str(lake / "target")])
        bad = [f"{r.node.name}: {r.message}" for r in built.result or [] if r.status in ("error", "fail")]
        assert built.success, built.exception or "\n".join(bad)
        yield settings
    finally:
        patch.undo()
        get_settings.cache_clear()
        sail.down(settings)
