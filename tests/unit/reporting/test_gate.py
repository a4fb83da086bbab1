"""The gate: failing means that a stale, partial or untested number would be shown."""

import json
from datetime import UTC, date, datetime

import pytest

from paylake.errors import PaylakeError, UsageError
from paylake.reporting import gate
from paylake.reporting.definition import Definition
from paylake.reporting.figures import AsOf
from paylake.reporting.run import check
from paylake.settings import Settings

from .conftest import SEPTEMBER, write_dbt

NOW = datetime(2026, 10, 3, 7, 0, tzinfo=UTC)


def test_all_is_well(settings: Settings, definition: Definition, reaches: list[AsOf]) -> None:
    write_dbt(settings)
    values, reasons = check(definition, definition.validate_parameters({}), reaches, settings, NOW)
    assert reasons == []
    assert values["month"] == "2026-09"


@pytest.mark.parametrize("status", ["fail", "error", "skipped", "runtime error"])
@pytest.mark.parametrize("node", ["grain_rpt_mrr_monthly", "fct_mrr_movements"])
def test_failed_nodes_withhold(settings: Settings, definition: Definition, node: str, status: str) -> None:
    write_dbt(settings, {node: status})
    (reason,) = gate.failed_tests(definition, gate.target_folder(settings))
    assert reason.code == "tests"
    assert node in reason.text


def test_failures_elsewhere_do_not(settings: Settings, definition: Definition) -> None:
    write_dbt(settings, {"grain_fct_other": "fail", "grain_rpt_mrr_monthly": "warn"})
    assert gate.failed_tests(definition, gate.target_folder(settings)) == []


def test_tests_that_did_not_run_withhold(settings: Settings, definition: Definition) -> None:
    write_dbt(settings, leave_out=("grain_rpt_mrr_monthly",))
    (reason,) = gate.failed_tests(definition, gate.target_folder(settings))
    assert "1 check of the figures was not part" in reason.text


def test_a_run_of_the_fast_lane_shows_nothing_about_the_lake(settings: Settings, definition: Definition) -> None:
    write_dbt(settings)
    path = settings.lake_path / "target" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": {"adapter_type": "sail"}}))
    (reason,) = gate.failed_tests(definition, gate.target_folder(settings))
    assert "fast lane" in reason.text


def test_no_results_at_all_is_an_error(settings: Settings, definition: Definition) -> None:
    with pytest.raises(PaylakeError, match=r"(?s)no results.*dbt build"):
        gate.failed_tests(definition, gate.target_folder(settings))


def test_results_cut_off_are_an_error(settings: Settings, definition: Definition) -> None:
    write_dbt(settings)
    path = settings.lake_path / "target" / "run_results.json"
    path.write_text(path.read_text()[:50])
    with pytest.raises(PaylakeError, match="not readable"):
        gate.failed_tests(definition, gate.target_folder(settings))


def test_models_that_dbt_does_not_know_are_an_error(settings: Settings, definition: Definition) -> None:
    write_dbt(settings)
    wrong = definition.model_copy(update={"tested_models": ("rpt_mrr_monthyl",)})
    with pytest.raises(UsageError, match="rpt_mrr_monthyl"):
        gate.failed_tests(wrong, gate.target_folder(settings))


@pytest.mark.parametrize(("today", "behind"), [("2026-10-05", 0), ("2026-10-06", 2), ("data", 0), ("clock", 0)])
def test_freshness(settings: Settings, definition: Definition, reaches: list[AsOf], today: str, behind: int) -> None:
    day = gate.resolve_today(today, reaches, settings, NOW)
    assert len(gate.late(definition, reaches, day, settings)) == behind


def test_clock_is_the_default_so_that_stale_data_is_never_shown(
    settings: Settings, definition: Definition, reaches: list[AsOf]
) -> None:
    write_dbt(settings)
    _, reasons = check(
        definition, definition.validate_parameters({}), reaches, settings, datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert {reason.code for reason in reasons} == {"late"}


def test_reason_is_the_same_one_tomorrow(settings: Settings, definition: Definition, reaches: list[AsOf]) -> None:
    texts = [
        [r.figures for r in gate.late(definition, reaches, day, settings)]
        for day in (date(2026, 11, 1), date(2026, 11, 2))
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 10, 1, 0, 0, tzinfo=UTC), SEPTEMBER),
        (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), date(2026, 8, 1)),
        (datetime(2026, 1, 5, tzinfo=UTC), date(2025, 12, 1)),
    ],
)
def test_last_complete_month(settings: Settings, at: datetime, month: date) -> None:
    assert gate.last_complete_month([AsOf("stripe", at)], settings) == month
    assert gate.partial(month, [AsOf("stripe", at)], settings) == []


def test_the_provider_furthest_behind_decides(settings: Settings) -> None:
    rows = [AsOf("adyen", datetime(2026, 9, 15, tzinfo=UTC)), AsOf("stripe", NOW)]
    assert gate.last_complete_month(rows, settings) == date(2026, 8, 1)
    assert [reason.text.split("of ")[-1].split()[0] for reason in gate.partial(SEPTEMBER, rows, settings)] == ["adyen"]
