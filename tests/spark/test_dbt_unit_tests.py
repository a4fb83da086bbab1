"""dbt's own unit tests of the models' rules, and the documentation that dbt generates."""

from __future__ import annotations

import json

import pytest

from paylake.providers import PROVIDERS
from paylake.settings import Settings
from tests.conftest import FAST, TABLES_ONLY, Lake


@pytest.mark.parametrize("target", [FAST, pytest.param((), marks=pytest.mark.nightly)], ids=["sail", "spark"])
def test_every_unit_test_of_the_models_passes(built_lake: Lake, fast_lane: Settings, target: tuple[str, ...]) -> None:
    built_lake.run_dbt(*TABLES_ONLY, *target, results="unit_tests")
    result = built_lake.run_dbt("test", "--select", "test_type:unit", *target, results="unit_tests")
    assert len(result.result.results) >= 13


def test_docs_are_generated_for_every_model(built_lake: Lake) -> None:
    built_lake.run_dbt("docs", "generate", results="docs")
    target = built_lake.settings.lake_path / "docs"
    catalog = json.loads((target / "catalog.json").read_text())
    nodes = json.loads((target / "manifest.json").read_text())["nodes"].values()
    tables = [n for n in nodes if n["resource_type"] == "model" and n["config"]["materialized"] == "table"]
    assert [n["unique_id"] for n in tables if not n["description"]] == []
    absent = {n["unique_id"] for n in tables} - set(catalog["nodes"])
    landed_nothing = sorted(PROVIDERS.keys() - {"stripe"})
    assert {
        unique_id for unique_id in absent if not unique_id.split(".int_")[-1].startswith(tuple(landed_nothing))
    } == set()
    assert not any(f".int_{provider}__" in unique_id for unique_id in catalog["nodes"] for provider in landed_nothing)
