"""A project with one report, and a run of it made from frames by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from paylake.reporting import revenue
from paylake.reporting.definition import Definition, load_definition
from paylake.reporting.figures import AsOf
from paylake.reporting.parts import Part
from paylake.reporting.publish import publish
from paylake.reporting.record import ReportRun
from paylake.settings import Settings, find_project

from . import fakes

NAME = "revenue_monthly"
PROJECT = find_project(Path(__file__).parent)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project of its own with the real report, and an empty lake."""
    reports = tmp_path / "project" / "notebooks" / "reports"
    reports.mkdir(parents=True)
    for suffix in (".yml", ".ipynb"):
        shutil.copy(PROJECT / "notebooks" / "reports" / f"{NAME}{suffix}", reports)
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path / "project")
    return Settings(project=tmp_path / "project", lake=tmp_path / "lake")


@pytest.fixture
def definition(settings: Settings) -> Definition:
    """The revenue report's definition."""
    return load_definition(NAME, settings)


@pytest.fixture
def reaches() -> list[AsOf]:
    """How far the fake data reaches."""
    return [AsOf("stripe", fakes.AS_OF.replace(tzinfo=UTC)), AsOf("adyen", datetime(2026, 10, 2, 9, 0, tzinfo=UTC))]


@pytest.fixture
def report(settings: Settings) -> revenue.RevenueReport:
    """September 2026."""
    return revenue.load(None, settings=settings, query=fakes.query())


def all_parts(report: revenue.RevenueReport) -> list[Part]:
    """The parts in the notebook's order."""
    methods = (
        report.headline,
        report.as_of,
        report.bridge,
        report.payout_tie,
        report.restatements,
        report.trend,
        report.bridge_table,
        report.top_changes,
    )
    return [method() for method in methods]


@pytest.fixture
def make_run(settings: Settings, definition: Definition, reaches: list[AsOf]) -> Callable[..., ReportRun]:
    """`make_run(parts=..., reasons=...)`: a finished run without a kernel."""
    number = iter(range(100))

    def make(parts: list[Part] | None = None, reasons: Any = (), today: str = "2026-10-03") -> ReportRun:
        at = datetime(2026, 10, 3, 7, 0, next(number), tzinfo=UTC)
        values = {"month": "2026-09", "variant": "net", "today": today, "top": 5}
        folder = settings.lake_path / "reports" / NAME / f"{at:%Y%m%dT%H%M%SZ}-abcdef"
        folder.mkdir(parents=True)
        found = parts if parts is not None else all_parts(revenue.load(None, settings=settings, query=fakes.query()))
        return publish(definition, values, reaches, list(reasons), found, folder, folder.name, at, settings)

    return make


def write_dbt(settings: Settings, statuses: dict[str, str] | None = None, leave_out: tuple[str, ...] = ()) -> None:
    """dbt's results in the lake: one test a model, `pass` unless `statuses` says otherwise."""
    definition = load_definition(NAME, settings)
    models = [*definition.tested_models, "fct_other"]
    nodes: dict[str, Any] = {f"model.paylake.{name}": {"name": name, "resource_type": "model"} for name in models}
    for name in models:
        test = {"name": f"grain_{name}", "resource_type": "test", "depends_on": {"nodes": [f"model.paylake.{name}"]}}
        nodes[f"test.paylake.grain_{name}"] = test
    results = [
        {"unique_id": key, "status": (statuses or {}).get(node["name"], "pass")}
        for key, node in nodes.items()
        if node["name"] not in leave_out
    ]
    target = settings.lake_path / "target"
    target.mkdir(parents=True, exist_ok=True)
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    (target / "run_results.json").write_text(json.dumps({"results": results}))


SEPTEMBER = date(2026, 9, 1)
