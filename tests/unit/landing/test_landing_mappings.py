"""Landing with mappings, without Spark: a failing test means that a mapping comes too late, or its files get lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from landing_memory import MemoryLake

from paylake.errors import UsageError
from paylake.landing.protocol import Landing
from paylake.landing.verdicts import LandingSummary
from paylake.settings import Settings

SHOP = """
provider: shop
exports:
  sales:
    columns:
      Sale: {required: true, identifier: true}
      Sold on: {type: date, dates: "%d.%m.%Y", required: true}
      Amount: {type: money, unit: major, required: true}
"""
FILE = "Sale,Sold on,Amount\ns1,31.01.2026,10.50\n"


class Stopped(Exception):
    """The process ends here."""


class Project:
    """A project with its mappings, its lake, and one file to land."""

    def __init__(self, folder: Path) -> None:
        self.mapping, self.lake = folder / "mappings" / "shop.yml", MemoryLake()
        self.mapping.parent.mkdir()
        self.settings = Settings(project=folder)
        self.file = folder / "in" / "sales.csv"
        self.file.parent.mkdir()
        self.file.write_text(FILE)

    def land(self, stop: str = "") -> LandingSummary:
        def hook(point: str) -> None:
            if point == stop:
                raise Stopped

        return Landing(self.settings, self.lake, [str(self.file)], hook=hook).run()

    def status(self) -> tuple[str, int]:
        (verdict,) = self.land().files
        return verdict.status, sum(verdict.rows.values())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_file_that_nobody_knew_lands_once_a_mapping_describes_it(project: Project) -> None:
    assert project.status() == ("quarantined", 0)
    project.mapping.write_text(SHOP)
    assert project.status() == ("landed", 1)
    assert project.status() == ("already_landed", 0)


def test_a_file_that_a_mapping_kept_out_is_read_again_when_it_is_mended(project: Project) -> None:
    project.mapping.write_text(SHOP.replace("%d.%m.%Y", "%Y-%m-%d"))
    assert project.status() == ("quarantined", 0)
    assert project.status() == ("quarantined", 0)
    project.mapping.write_text(SHOP)
    assert project.status() == ("landed", 1)


def test_a_wrong_mapping_stops_the_landing_before_anything_is_claimed(project: Project) -> None:
    project.mapping.write_text(SHOP.replace("unit: major", "unit: cents"))
    with pytest.raises(UsageError, match=r"shop\.yml: exports\.sales\.columns\.Amount\.unit"):
        project.land()
    assert project.lake.ledger.entries() == []


@pytest.mark.parametrize("point", ["after claim", "after stage"])
def test_a_batch_waits_for_a_mapping_that_went_away(project: Project, point: str) -> None:
    project.mapping.write_text(SHOP)
    with pytest.raises(Stopped):
        project.land(stop=point)
    project.mapping.unlink()
    with pytest.raises(UsageError, match="'shop', which no module and no mapping declares"):
        project.land()
    project.mapping.write_text(SHOP)
    assert project.status() == ("landed", 1)
