"""Calendars: failing means that a file is expected on a day on which none comes, or that late is taken for zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import calendar as oracle

from paylake.calendars import Expected, Landed, Status, delivery, expected_files, known_calendars, read_calendars
from paylake.calendars.definition import Calendar, Expectation
from paylake.calendars.periods import Period, due_at
from paylake.errors import UsageError
from paylake.providers import PROVIDERS
from paylake.settings import Settings

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "America/Havana", "Pacific/Apia"]
"""Among them zones whose clocks change at midnight, and one that left out a whole day."""
DATES = st.dates(date(2011, 12, 1), date(2027, 12, 31))
CADENCES = st.one_of(
    st.sampled_from([("day", ""), ("business_day", "")]),
    st.sampled_from(oracle.NAMES).map(lambda name: ("week", name)),
    st.integers(1, 31).map(lambda number: ("month", str(number))),
)


@st.composite
def expectations(draw: st.DrawFn) -> Expectation:
    every, on = draw(CADENCES)
    since = draw(DATES)
    some = draw(st.sets(st.dates(since, since + 40 * DAY), max_size=9))
    without = {day: "holiday" for day in some if oracle.file_comes(day, every, on, {})}
    return Expectation(every=every, on=on, since=since, due={}, without=without)


@given(expectations(), st.integers(0, 100))
def test_every_day_is_in_the_one_period_that_the_oracle_says(expectation: Expectation, length: int) -> None:
    begun = expectation.since + length * DAY
    found = list(expectation.periods(begun))
    days = [period.first + n * DAY for period in found for n in range((period.last - period.first).days + 1)]
    assert days == [expectation.since + n * DAY for n in range(len(days))]
    assert begun in days
    for period in found:
        how = (expectation.every, expectation.on, expectation.without)
        assert {oracle.last_day_of_file(period.first, *how), oracle.last_day_of_file(period.last, *how)} == {
            period.last
        }
    assert all(one.next == other.first for one, other in pairwise(found))


@given(expectations(), st.integers(0, 100))
def test_no_period_ends_after_until(expectation: Expectation, length: int) -> None:
    until = expectation.since + length * DAY
    ended = expectation.model_copy(update={"until": until})
    everything = expectation.periods(until + 100 * DAY)
    assert list(ended.periods(until + 100 * DAY)) == [period for period in everything if period.last <= until]


@given(DATES, st.sampled_from(ZONES), st.integers(0, 5), st.integers(0, 40))
def test_due_is_the_oracles_also_where_clocks_change(last: date, zone: str, days: int, hours: int) -> None:
    assert due_at(Period(last, last), ZoneInfo(zone), days, hours) == oracle.due(last, ZoneInfo(zone), days, hours)


@pytest.mark.parametrize(
    ("last", "days", "hours", "due"),
    [
        (date(2026, 3, 28), 0, 9, datetime(2026, 3, 29, 8, tzinfo=UTC)),
        (date(2026, 3, 28), 1, 0, datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), 1, 0, datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2026, 2, 28), 2, 12, datetime(2026, 3, 3, 11, tzinfo=UTC)),
    ],
    ids=["hours by the clock", "a day of 23 hours", "a day of 25 hours", "the end of February"],
)
def test_days_are_counted_by_the_calendar_and_hours_by_the_clock(
    last: date, days: int, hours: int, due: datetime
) -> None:
    assert due_at(Period(last, last), ZoneInfo("Europe/Paris"), days, hours) == due


@pytest.mark.parametrize(
    ("every", "on", "periods"),
    [
        ("business_day", "", ["2026-01-29", "2026-01-30", "2026-01-31 2026-02-02", "2026-02-03"]),
        ("week", "monday", ["2026-01-29 2026-02-01", "2026-02-02 2026-02-08"]),
        ("month", "31", ["2026-01-29 2026-01-30", "2026-01-31 2026-02-27"]),
        ("month", "1", ["2026-01-29 2026-01-31", "2026-02-01 2026-02-28"]),
    ],
)
def test_what_a_cadence_means(every: str, on: str, periods: list[str]) -> None:
    expectation = Expectation(every=every, on=on, since=date(2026, 1, 29), due={})
    found = list(expectation.periods(date(2026, 2, 3)))
    assert [f"{p.first} {p.last}" if p.first != p.last else f"{p.first}" for p in found] == periods


def calendar(**keys: object) -> Calendar:
    told = {"every": "day", "since": "2026-03-01", "due": {"hours": 9}, **keys}
    return Calendar(provider="stripe", time_zone="America/New_York", exports={"payout_reconciliation": told})


def test_a_period_is_expected_from_its_first_moment_in_the_zone_and_due_after_its_last() -> None:
    before, at = datetime(2026, 3, 2, 4, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert [len(expected_files([calendar()], now)) for now in (before, at)] == [1, 2]
    due = datetime(2026, 3, 2, 14, tzinfo=UTC)
    (one, _), (same, _) = (expected_files([calendar()], now) for now in (due, due + SECOND))
    assert (one.due_at, one.is_due, same.is_due) == (due, False, True)


def test_the_name_of_a_file_has_its_days() -> None:
    one, _ = expected_files(
        [calendar(name="from_{first:%Y%m%d}_to_{next:%d.%m.}")], datetime(2026, 3, 2, 12, tzinfo=UTC)
    )
    assert one.name == "from_20260301_to_02.03."


EXPECTED = Expected(
    "stripe", "e", "day", date(2026, 3, 1), date(2026, 3, 1), datetime(2026, 3, 2, 9, tzinfo=UTC), False, "day_0301"
)
LANDED = Landed("stripe", "e", "in/a.csv", EXPECTED.due_at, date(2026, 3, 1), date(2026, 3, 1), 7)


def test_what_comes_at_the_last_moment_is_in_time_and_a_second_later_it_is_late() -> None:
    assert delivery(EXPECTED, [LANDED]).status == Status.LANDED
    late = replace(LANDED, landed_at=LANDED.landed_at + SECOND)
    assert delivery(EXPECTED, [late]).status == Status.LATE
    both = delivery(EXPECTED, [late, LANDED])
    assert (both.status, both.landed_at, both.files, both.rows) == (Status.LANDED, LANDED.landed_at, 2, 14)


def test_what_has_not_come_is_missing_once_it_is_due() -> None:
    assert delivery(EXPECTED, []).status == Status.NOT_DUE
    assert delivery(replace(EXPECTED, is_due=True), []).status == Status.MISSING


@pytest.mark.parametrize(
    ("changes", "is_of"),
    [
        ({"covers_from": date(2026, 2, 1), "covers_to": date(2026, 3, 1)}, True),
        ({"covers_from": date(2026, 3, 1), "covers_to": date(2026, 4, 1)}, True),
        ({"covers_from": date(2026, 3, 2), "covers_to": date(2026, 3, 2)}, False),
        ({"covers_from": date(2026, 2, 28), "covers_to": date(2026, 2, 28)}, False),
        ({"covers_from": None, "covers_to": None}, False),
        ({"covers_from": None, "covers_to": None, "path": "in/day_0301.csv"}, True),
        ({"export": "other"}, False),
        ({"provider": "adyen"}, False),
    ],
)
def test_a_file_is_of_a_period_by_its_days_or_its_name(changes: dict[str, object], is_of: bool) -> None:
    assert (delivery(EXPECTED, [replace(LANDED, **changes)]).files == 1) is is_of


HEAD = "provider: stripe\ntime_zone: Europe/Paris\nexports:\n  payout_reconciliation: "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "{every: hour, since: 2026-01-01, due: {}}", "every"),
        (HEAD + "{every: week, since: 2026-01-01, due: {}}", "monday"),
        (HEAD + "{every: month, on: 32, since: 2026-01-01, due: {}}", "1 to 31"),
        (HEAD + "{every: day, on: monday, since: 2026-01-01, due: {}}", "belongs to a week"),
        (HEAD + "{every: day, since: 2026-02-30, due: {}}", "since"),
        (HEAD + "{every: business_day, since: 2026-01-01, due: {}, without: {2026-01-03: x}}", "no period ends"),
        (HEAD + "{every: day, since: 2026-02-01, until: 2026-01-01, due: {}}", "`until` is before"),
        (HEAD + "{every: day, since: 2026-01-01}", "due"),
        (HEAD + "{every: day, since: 2026-01-01, due: {days: -1}}", "days"),
        (HEAD + "{every: day, since: 2026-01-01, due: {}, named: x}", "no such key"),
        (HEAD + "{every: day, since: 2026-01-01, due: {}, name: report}", "the same for one period"),
        (HEAD + "{every: day, since: 2026-01-01, due: {}, name: '{last:%Y-%m}'}", "the same for one period"),
        (HEAD + "{every: day, since: 2026-01-01, due: {}, name: '{day}'}", "{day}"),
        (HEAD + "{every: day, since: 2026-01-01, due: {}, name: '{last.__class__}'}", "can have"),
        (HEAD + "{every: day, every: week, since: 2026-01-01, due: {}}", "appears twice"),
        (HEAD.replace("Paris", "Pari") + "{every: day, since: 2026-01-01, due: {}}", "IANA"),
        (HEAD.replace("stripe", "stripes") + "{every: day, since: 2026-01-01, due: {}}", "no 'stripes'"),
        (HEAD.replace("payout", "payouts") + "{every: day, since: 2026-01-01, due: {}}", "no such export of stripe"),
        (
            HEAD.replace("payout_reconciliation", "api_objects") + "{every: day, since: 2026-01-01, due: {}}",
            "no `name`",
        ),
    ],
)
def test_a_wrong_calendar_is_told_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "stripe.yml").write_text(text)
    with pytest.raises(UsageError) as told:
        read_calendars(tmp_path, PROVIDERS)
    assert "stripe.yml" in told.value.message
    assert said in str(told.value)


def test_json_is_expected_by_the_names_of_its_files(tmp_path: Path) -> None:
    text = (
        HEAD.replace("payout_reconciliation", "api_objects")
        + "{every: day, since: 2026-01-01, due: {}, name: 'e-{last}'}"
    )
    (tmp_path / "stripe.yml").write_text(text)
    (found,) = read_calendars(tmp_path, PROVIDERS)
    assert found.exports["api_objects"].named(Period(date(2026, 1, 1), date(2026, 1, 2))) == "e-2026-01-02"


def test_a_provider_has_one_calendar(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yaml"):
        (tmp_path / name).write_text(HEAD + "{every: day, since: 2026-01-01, due: {}}")
    with pytest.raises(UsageError, match=r"b\.yaml.*another calendar"):
        read_calendars(tmp_path, PROVIDERS)


def test_a_folder_that_is_named_must_be_there(tmp_path: Path) -> None:
    assert known_calendars(Settings(project=tmp_path)) == []
    with pytest.raises(UsageError, match="PAYLAKE_CALENDARS"):
        known_calendars(Settings(project=tmp_path, calendars=Path("nowhere")))


def test_the_committed_calendars_can_be_read(project: Path) -> None:
    assert [found.provider for found in known_calendars(Settings(project=project))] == ["stripe"]
