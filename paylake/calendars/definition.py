"""Calendars: YAML files that say when which file of a provider is expected; docs/how-to/expect-files.md writes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from paylake.calendars.periods import WEEKDAYS, Period, closes, periods
from paylake.errors import UsageError
from paylake.providers import Provider
from paylake.providers.known import known_providers
from paylake.providers.provider import DOCUMENTS
from paylake.settings import Settings
from paylake.strict_yaml import Strict, read

FIX = "Correct the file; docs/how-to/expect-files.md has every key."
_FIELDS = ("first", "last", "next")
_FOREVER = date.max - timedelta(days=40)


class Due(Strict):
    """How long after the end of its period a file may take."""

    days: int = Field(default=0, ge=0)
    hours: int = Field(default=0, ge=0)


class Expectation(Strict):
    """When one export is expected."""

    every: Literal["day", "business_day", "week", "month"]
    on: str = ""
    since: date
    until: date = _FOREVER
    due: Due
    name: str = ""
    without: Mapping[date, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _belongs_together(self) -> Expectation:
        if self.every == "week" and self.on not in WEEKDAYS:
            raise ValueError(f"a week needs `on`, the day on which it begins: {', '.join(WEEKDAYS)}")
        if self.every == "month" and not (self.on.isdecimal() and 1 <= int(self.on) <= 31):
            raise ValueError("a month needs `on`, the day of the month on which it begins: 1 to 31")
        if self.on and self.every not in ("week", "month"):
            raise ValueError("`on` belongs to a week or a month")
        if self.until < self.since:
            raise ValueError("`until` is before `since`")
        ends = closes(self.every, self.on)
        if wrong := [day for day in self.without if not ends(day)]:
            raise ValueError(f"`without` has {wrong[0]}, on which no period ends")
        if self.name and len({self.named(period) for period in self._two_periods()}) < 2:
            raise ValueError("`name` is the same for one period and the next: put in a day, like {last:%Y-%m-%d}")
        return self

    @field_validator("name")
    @classmethod
    def _names_days(cls, name: str) -> str:
        try:
            fields = [field for _, field, _, _ in Formatter().parse(name) if field is not None]
        except ValueError as error:
            raise ValueError(f"`name` cannot be read: {error}") from None
        if unknown := [field for field in fields if field not in _FIELDS]:
            raise ValueError(f"`name` has {{{unknown[0]}}}, and can have {', '.join(f'{{{f}}}' for f in _FIELDS)}")
        return name

    def periods(self, begun: date) -> Iterable[Period]:
        """The periods that have begun by a day."""
        ends = closes(self.every, self.on)
        return periods(lambda day: ends(day) and day not in self.without, self.since, begun, self.until)

    def named(self, period: Period) -> str:
        """What the path of a period's file contains; empty where its name says nothing."""
        return self.name.format(first=period.first, last=period.last, next=period.next)

    @property
    def cadence(self) -> str:
        """How often, in words."""
        return f"{self.every} on {self.on}" if self.on else self.every.replace("_", " ")

    def _two_periods(self) -> list[Period]:
        found = periods(closes(self.every, self.on), self.since, self.since + timedelta(days=62), _FOREVER)
        return list(found)[:2]


class Calendar(Strict):
    """A file: one provider and the exports that are expected of it."""

    provider: str
    time_zone: str
    exports: Annotated[dict[str, Expectation], Field(min_length=1)]

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no IANA time zone, such as Europe/Paris")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its days begin and end."""
        return ZoneInfo(self.time_zone)


def read_calendars(folder: Path, providers: Mapping[str, Provider]) -> list[Calendar]:
    """The calendars of a folder (`*.yml`, `*.yaml`), by the names of the files; none without the folder.

    Raises:
        UsageError: a file is no calendar, or expects what no provider delivers; names file and key.
    """
    found: dict[str, Calendar] = {}
    for path in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))):
        try:
            calendar = read(Calendar, path.read_text(encoding="utf-8"), str(path), FIX)
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from None
        if calendar.provider in found:
            raise UsageError(f"{path}: provider: there is another calendar of {calendar.provider!r}", FIX)
        _check(calendar, providers, path)
        found[calendar.provider] = calendar
    return list(found.values())


def _check(calendar: Calendar, providers: Mapping[str, Provider], path: Path) -> None:
    if (provider := providers.get(calendar.provider)) is None:
        raise UsageError(
            f"{path}: provider: there is no {calendar.provider!r}", f"Known: {', '.join(sorted(providers))}."
        )
    days = {export.name: export.days for export in provider.exports}
    known = [*days, *([DOCUMENTS] if provider.documents else [])]
    for name, expectation in calendar.exports.items():
        if name not in known:
            raise UsageError(
                f"{path}: exports.{name}: no such export of {provider.name}", f"Known: {', '.join(known)}."
            )
        says = days.get(name)
        if not expectation.name and not (says and (says.columns or says.frame)):
            raise UsageError(
                f"{path}: exports.{name}: these files do not say which days they cover, and there is no `name`",
                "Give the `name` that each period's file has; docs/how-to/expect-files.md says how.",
            )


def known_calendars(settings: Settings) -> list[Calendar]:
    """The project's calendars.

    Raises:
        UsageError: one is wrong, or the folder that a setting names is missing.
    """
    folder = settings.calendars_path
    if "calendars" in settings.model_fields_set and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Correct PAYLAKE_CALENDARS, or create the folder.")
    return read_calendars(folder, known_providers(settings))
