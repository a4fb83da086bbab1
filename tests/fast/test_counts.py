"""What the fast lane sends and writes: failing means that a change made every build do more; mend it, or accept it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.counting import check
from bench.counts import Engine, fast_lane, steps
from bench.lakes import settings_of
from bench.sides import ours
from paylake import sail


@pytest.mark.timeout(300)
def test_no_figure_of_the_fast_lane_rose(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    try:
        warehouse = fast_lane(tmp_path, settings)
        for step, figures in steps(ours(settings, "fast"), warehouse):
            check(Engine.SAIL, step, figures)
    finally:
        sail.down(settings)
