"""Definitions and parameters: failing means that a typing error runs a report with something else than was meant."""

from typing import Any

import pytest
import yaml

from paylake.errors import PaylakeError, UsageError
from paylake.reporting.definition import Definition, Schedule, list_reports, load_definition
from paylake.settings import Settings

from .conftest import NAME


def edit(settings: Settings, **changes: Any) -> None:
    path = settings.project / "notebooks" / "reports" / f"{NAME}.yml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes))


def test_defaults_are_a_valid_run(definition: Definition) -> None:
    assert definition.validate_parameters({}) == {"month": "last", "variant": "net", "today": "clock", "top": 5}


def test_texts_become_their_types(definition: Definition) -> None:
    values = definition.validate_parameters({"top": "7", "month": "2026-09", "variant": "strict"})
    assert (values["top"], values["month"], values["variant"]) == (7, "2026-09", "strict")


def test_unknown_parameter_lists_the_known(definition: Definition) -> None:
    with pytest.raises(UsageError, match=r"(?s)no parameter mnth.*month, variant, today, top"):
        definition.validate_parameters({"mnth": "2026-09"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"month": "2026-13"}, "a month such as 2026-09 or last"),
        ({"month": "2026-09-01"}, "a month"),
        ({"today": "tomorrow"}, "a date such as 2026-10-02 or clock or data"),
        ({"variant": "gross"}, "one of contract, net, strict"),
        ({"top": "many"}, "a whole number"),
        ({"top": "21"}, "between 1 and 20"),
        ({"top": "5'; drop table x"}, "a whole number"),
    ],
)
def test_wrong_values_are_refused_with_what_they_may_be(
    definition: Definition, given: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        definition.validate_parameters(given)


def test_every_mistake_is_named_at_once(definition: Definition) -> None:
    with pytest.raises(UsageError, match=r"month: .*; top: "):
        definition.validate_parameters({"month": "x", "top": "y"})


def test_unknown_report_lists_the_known(settings: Settings) -> None:
    assert list_reports(settings) == [NAME]
    with pytest.raises(UsageError, match=r"(?s)no report 'nope'.*revenue_monthly"):
        load_definition("nope", settings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipients": ["not an address"]}, "recipients: a recipient is not an e-mail address"),
        ({"recipients": ["a@example.com\nBcc: b@example.com"]}, "not an e-mail address"),
        ({"schedule": {"cron": "0 7 3 *", "time_zone": "UTC"}}, "schedule.cron: has 4 fields"),
        ({"schedule": {"cron": "0 25 3 * *", "time_zone": "UTC"}}, "no cron expression"),
        ({"schedule": {"cron": "0 7 3 * *", "time_zone": "Paris"}}, "no IANA time zone"),
        ({"recipient": ["a@example.com"]}, "recipient: Extra inputs"),
        (
            {"parameters": {"variant": {"type": "choice", "allowed": ["net"], "default": "gross", "description": "x"}}},
            "one of net",
        ),
    ],
)
def test_mistakes_in_the_file_are_named(settings: Settings, changes: dict[str, Any], said: str) -> None:
    edit(settings, **changes)
    with pytest.raises(PaylakeError, match=said):
        load_definition(NAME, settings)


def test_broken_yaml_is_one_sentence(settings: Settings) -> None:
    (settings.project / "notebooks" / "reports" / f"{NAME}.yml").write_text("title: [")
    with pytest.raises(PaylakeError, match="is not YAML"):
        load_definition(NAME, settings)


@pytest.mark.parametrize("cron", ["0 7 3 * *", "*/15 8-18 * * 1-5", "0 0 1,15 1-12/3 0"])
def test_schedules(cron: str) -> None:
    assert Schedule(cron=cron, time_zone="Europe/Paris").zone.key == "Europe/Paris"
