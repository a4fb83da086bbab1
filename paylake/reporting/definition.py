"""Definitions of reports: the `.yml` beside each notebook, checked once and turned into a model of its parameters."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from cronsim import CronSim, CronSimError
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from paylake.errors import PaylakeError, UsageError
from paylake.settings import Settings

FOLDER = Path("notebooks") / "reports"
ADDRESS = re.compile(r"^[^\s@<>,;\"]+@[^\s@<>,;\"]+$")
MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_Strict):
    """When the report is due: five cron fields in a named time zone."""

    cron: str
    time_zone: str

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError(f"has {len(value.split())} fields, cron needs 5")
        try:
            CronSim(value, datetime(2000, 1, 1))
        except CronSimError as error:
            raise ValueError(f"{value!r} is no cron expression: {error}") from None
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone, such as Europe/Paris")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the schedule."""
        return ZoneInfo(self.time_zone)


class Freshness(_Strict):
    """The data may be at most this old on the day that the report is read."""

    max_age_days: int = Field(ge=0)


class Parameter(_Strict):
    """One parameter: its type, what it may be, its default."""

    type: Literal["month", "date", "choice", "integer", "text", "boolean"]
    default: str | int | bool
    description: str
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    keywords: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _default_is_valid(self) -> Parameter:
        if (self.type == "choice") != bool(self.allowed):
            raise ValueError("`allowed` belongs to the type `choice`, and only to it")
        self.parse(self.default)
        return self

    def parse(self, value: object) -> str | int | bool:
        """The value in the parameter's type; a ValueError says what it may be."""
        text = str(value).strip().lower() if isinstance(value, bool) else str(value).strip()
        if text in self.keywords:
            return text
        match self.type:
            case "month":
                _require(bool(MONTH.match(text)), text, "a month such as 2026-09", self.keywords)
            case "date":
                try:
                    date.fromisoformat(text)
                except ValueError:
                    _require(False, text, "a date such as 2026-10-02", self.keywords)
            case "choice":
                _require(text in self.allowed, text, f"one of {', '.join(self.allowed)}")
            case "boolean":
                _require(text in ("true", "false"), text, "true or false")
                return text == "true"
            case "integer":
                _require(bool(re.fullmatch(r"-?\d{1,12}", text)), text, "a whole number")
                low, high = self.minimum, self.maximum
                fits = (low is None or int(text) >= low) and (high is None or int(text) <= high)
                _require(
                    fits, text, f"between {low if low is not None else '…'} and {high if high is not None else '…'}"
                )
                return int(text)
        return text


def _require(holds: bool, text: str, wanted: str, keywords: tuple[str, ...] = ()) -> None:
    if not holds:
        raise ValueError(f"{text!r} is not {wanted}" + (f" or {' or '.join(keywords)}" if keywords else ""))


class Definition(_Strict):
    """One report: everything about it that is not computed."""

    name: str
    title: str
    description: str = ""
    schedule: Schedule
    recipients: tuple[str, ...] = Field(min_length=1)
    subject: str
    parameters: dict[str, Parameter]
    freshness: Freshness
    tested_models: tuple[str, ...] = Field(min_length=1)
    definitions: str
    notebook: Path

    @field_validator("recipients")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not ADDRESS.match(address):
                raise ValueError("a recipient is not an e-mail address")
        return tuple(dict.fromkeys(value))

    @field_validator("subject")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if "\n" in value or "\r" in value:
            raise ValueError("a subject is one line")
        return value

    def validate_parameters(self, given: dict[str, str]) -> dict[str, str | int | bool]:
        """The parameters of a run: defaults, overlaid with what was given.

        Raises:
            UsageError: a name is unknown or a value does not fit its type.
        """
        if unknown := sorted(set(given) - set(self.parameters)):
            raise UsageError(
                f"Report {self.name} has no parameter {', '.join(unknown)}.",
                f"Known parameters: {', '.join(self.parameters)}; see {self.notebook.with_suffix('.yml').name}.",
            )
        fields: dict[str, Any] = {
            name: (Annotated[str | int | bool, BeforeValidator(parameter.parse)], parameter.default)
            for name, parameter in self.parameters.items()
        }
        model = create_model(
            f"{self.name}_parameters", __config__=ConfigDict(extra="forbid", validate_default=True), **fields
        )
        try:
            return dict(model(**given).model_dump())
        except ValidationError as error:
            wrong = [f"{e['loc'][0]}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
            raise UsageError(
                f"Report {self.name} cannot run with these parameters: {'; '.join(wrong)}.", "Correct the value."
            ) from None


def list_reports(settings: Settings) -> list[str]:
    """Names of the project's reports: notebooks in notebooks/reports with a `.yml` beside them."""
    folder = settings.project / FOLDER
    return sorted(path.stem for path in folder.glob("*.yml") if path.with_suffix(".ipynb").is_file())


def load_definition(name: str, settings: Settings) -> Definition:
    """The definition of one report.

    Raises:
        UsageError: there is no such report.
        PaylakeError: its `.yml` is not valid; the message says where.
    """
    known = list_reports(settings)
    if name not in known:
        raise UsageError(f"There is no report {name!r}.", f"Known reports: {', '.join(known) or 'none'}.")
    path = settings.project / FOLDER / f"{name}.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Definition(**(raw if isinstance(raw, dict) else {}), name=name, notebook=path.with_suffix(".ipynb"))
    except yaml.YAMLError as error:
        raise PaylakeError(f"{path} is not YAML: {' '.join(str(error).split())}", "Correct the file.") from None
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise PaylakeError(
            f"{path} is not valid: {'; '.join(wrong)}.", "See docs/reference/reports.md for its keys."
        ) from None
