"""Files that have not arrived: failing means that a report shows a figure that is late as if it were zero."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from paylake.providers import PROVIDERS
from paylake.reporting import arrivals, gate
from paylake.reporting.definition import Definition
from paylake.reporting.figures import AsOf, ExpectedFile, expected_files
from paylake.reporting.run import check
from paylake.settings import Settings

from . import fakes
from .conftest import write_dbt

NOW = datetime(2026, 10, 3, 7, 0, tzinfo=UTC)
CHANGES, PAYOUTS = ("stripe", "balance_change_from_activity"), ("stripe", "payout_reconciliation")
BEFORE = date(2026, 10, 1)


def expected(day: date, export: arrivals.Export = CHANGES, has_landed: bool = False, days: int = 1) -> ExpectedFile:
    last = day + timedelta(days=days - 1)
    due = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=2)
    return ExpectedFile(*export, day, last, due, has_landed)


def september(day: int, **changes: Any) -> ExpectedFile:
    return expected(date(2026, 9, day), **changes)


def with_sources(settings: Settings, *tables: str) -> None:
    """dbt's results, with a model between the report's first one and these tables of bronze."""
    write_dbt(settings)
    path = settings.lake_path / "target" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["sources"] = {f"source.paylake.{t}": {"schema": t.split(".")[0], "name": t.split(".")[1]} for t in tables}
    between = {"name": "stg", "resource_type": "model", "depends_on": {"nodes": list(manifest["sources"])}}
    manifest["nodes"]["model.paylake.stg"] = between
    manifest["nodes"]["model.paylake.rpt_mrr_monthly"]["depends_on"] = {"nodes": ["model.paylake.stg"]}
    path.write_text(json.dumps(manifest))


def test_a_report_is_made_of_the_exports_whose_tables_its_models_reach(
    settings: Settings, definition: Definition
) -> None:
    with_sources(settings, "bronze_stripe.payout_reconciliation", "bronze_stripe.charges", "bronze_adyen.notifications")
    manifest = gate.read_manifest(gate.target_folder(settings))
    found = arrivals.exports_of(definition, manifest, PROVIDERS)
    assert found == {PAYOUTS, ("stripe", "api_objects"), ("adyen", "api_objects")}


def test_what_other_models_are_made_of_does_not_matter(settings: Settings, definition: Definition) -> None:
    with_sources(settings, "bronze_stripe.charges")
    manifest = gate.read_manifest(gate.target_folder(settings))
    manifest["nodes"]["model.paylake.fct_other"]["depends_on"] = manifest["nodes"]["model.paylake.stg"]["depends_on"]
    del manifest["nodes"]["model.paylake.rpt_mrr_monthly"]["depends_on"]
    assert arrivals.exports_of(definition, manifest, PROVIDERS) == set()


def test_a_missing_file_withholds_the_number_and_says_late_not_zero(
    settings: Settings, definition: Definition, reaches: list[AsOf]
) -> None:
    with_sources(settings, "bronze_stripe.balance_change_from_activity")
    values = definition.validate_parameters({"month": "2026-09"})
    _, (reason,) = check(definition, values, reaches, settings, NOW, [september(2)])
    assert reason.code == "missing"
    assert reason.text == (
        "The balance_change_from_activity of stripe for 2026-09-02 has not arrived, due 2026-09-04 00:00 UTC;"
        " the figures of that day are late, not zero."
    )


@pytest.mark.parametrize(
    "file",
    [
        september(2, has_landed=True),
        september(2, export=PAYOUTS),
        september(2, export=("adyen", "balance_change_from_activity")),
        expected(date(2026, 10, 1)),
    ],
    ids=["landed", "of an export that the report is not made of", "of another provider", "of days after the report's"],
)
def test_other_files_do_not(file: ExpectedFile) -> None:
    assert arrivals.missing([file], {CHANGES}, BEFORE, NOW) == []


def test_a_file_is_missing_from_the_moment_after_it_was_due() -> None:
    file = september(30)
    assert arrivals.missing([file], {CHANGES}, BEFORE, file.due_at) == []
    assert len(arrivals.missing([file], {CHANGES}, BEFORE, file.due_at + timedelta(seconds=1))) == 1


def test_a_file_of_days_on_both_sides_of_the_end_matters() -> None:
    file = expected(date(2026, 9, 28), days=7)
    (reason,) = arrivals.missing([file], {CHANGES}, BEFORE, NOW + timedelta(days=30))
    assert "2026-09-28 to 2026-10-04 has not arrived" in reason.text
    assert "these days" in reason.text


def test_many_are_one_sentence_for_each_export_and_the_same_reason_tomorrow() -> None:
    files = [*map(september, range(1, 9)), september(3, export=PAYOUTS)]
    both = [arrivals.missing(files, {CHANGES, PAYOUTS}, BEFORE, NOW + timedelta(days=n)) for n in (0, 1)]
    assert [reason.text.count("2026-09") for reason in both[0]] == [6, 2]
    assert "and 3 more have not arrived" in both[0][0].text
    assert both[0] == both[1]


def test_a_provider_whose_files_all_came_was_quiet_and_is_not_late(settings: Settings, definition: Definition) -> None:
    with_sources(settings, "bronze_stripe.balance_change_from_activity")
    reaches = [AsOf("stripe", datetime(2026, 9, 20, tzinfo=UTC))]
    values = definition.validate_parameters({"month": "2026-08", "today": "2026-10-03"})
    landed = [september(day, has_landed=True) for day in range(1, 31)]
    _, quiet = check(definition, values, reaches, settings, NOW, landed)
    assert quiet == []
    _, late = check(definition, values, reaches, settings, NOW, landed[:28])
    assert [reason.code for reason in late] == ["late"]


def test_silence_is_vouched_for_up_to_the_first_file_that_is_awaited() -> None:
    files = [september(1, has_landed=True), september(2), september(3, has_landed=True)]
    assert arrivals.vouched(files, {CHANGES}) == {"stripe": date(2026, 9, 2)}
    assert arrivals.vouched([*files, september(1, export=PAYOUTS)], {CHANGES, PAYOUTS}) == {"stripe": date(2026, 9, 1)}


def test_nobody_vouches_for_a_provider_with_an_export_that_no_calendar_has() -> None:
    assert arrivals.vouched([september(1, has_landed=True)], {CHANGES, ("stripe", "api_objects")}) == {}
    assert arrivals.vouched([], {CHANGES}) == {}


def test_rows_of_gold_become_expected_files() -> None:
    (first, second) = expected_files(fakes.query())
    assert (first.first_day, first.due_at, first.has_landed) == (date(2026, 9, 1), fakes.DUE.replace(tzinfo=UTC), True)
    assert second.has_landed is False
