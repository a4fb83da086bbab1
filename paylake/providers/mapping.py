"""Providers by description: YAML files that say how exports look, so that one that nobody foresaw lands without code.

docs/how-to/add-a-provider.md builds one; `mappings/gr4vy.yml` is a real one. A file is one provider. Every scalar is
read as text, so that a header named `no` or `1` stays what it is.
"""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from paylake.providers.formats import COUNTRY, CURRENCY, INTEGER, Format, moment, pattern
from paylake.providers.layouts import FrameOf, delimited, no_frame
from paylake.providers.provider import FRAMES, Column, Days, Export, Provider, column
from paylake.strict_yaml import Strict, read, twice

FEWEST_REQUIRED = 3
"""Required columns by which an export is recognised: with fewer, any table with an `id` and an `amount` would be it."""

_NAME = r"[a-z][a-z0-9_]*"
_COLUMN_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")
_ZONED = re.compile(r"(.*\S) [A-Z]{2,5}")
_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d")
_CLOCK = re.compile("%[cHIMSfXzZ]")
_SAMPLE = datetime(2026, 1, 31, 13, 5, 9, 250_000, tzinfo=UTC)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class ColumnMapping(Strict):
    """One column, under its newest name in headers; a bare word is its type."""

    name: str | None = None
    formerly: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    type: Literal["text", "integer", "decimal", "money", "currency", "country", "date"] = "text"
    unit: Literal["minor", "major"] | None = None
    unsigned: bool = False
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ",", ".", " ", "'"] = ""
    dates: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    required: bool = False
    identifier: bool = False
    covers: bool = False

    @model_validator(mode="before")
    @classmethod
    def _bare_word_is_type(cls, value: object) -> object:
        return ({"type": value} if value else {}) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _belongs_together(self) -> ColumnMapping:
        told = self.model_fields_set
        if (self.type == "money") != (self.unit is not None):
            raise ValueError("money needs a unit, minor (cents) or major, and nothing else has one")
        if (self.type == "date") != bool(self.dates):
            raise ValueError("a date needs dates, its layouts such as %Y-%m-%d, and nothing else has them")
        if told & {"decimal_mark", "thousands_mark"} and not (self.type == "decimal" or self.unit == "major"):
            raise ValueError("marks belong to a decimal or to money in major units")
        if self.decimal_mark == self.thousands_mark:
            raise ValueError("decimal_mark and thousands_mark are the same")
        if self.unsigned and self.type not in ("integer", "decimal", "money"):
            raise ValueError("only numbers are unsigned")
        if self.covers and not (self.is_year_first or (len(self.dates) == 1 and not _CLOCK.search(self.dates[0]))):
            raise ValueError("a file covers days: a date of one layout without a time, or of layouts like %Y-%m-%d ...")
        return self

    @property
    def is_year_first(self) -> bool:
        """Whether it is a date and begins with a day, year first."""
        return bool(self.dates) and all(layout.startswith(_YEAR_FIRST) for layout in self.dates)

    @field_validator("dates")
    @classmethod
    def _is_layout(cls, dates: tuple[str, ...]) -> tuple[str, ...]:
        for layout in dates:
            if not _date((layout,)).fits(_written(layout)) or _written(layout) == layout:
                raise ValueError(f"{layout!r} is no layout of dates: see strptime of Python")
        return dates


class ExportMapping(Strict):
    """One kind of file that the provider delivers; its columns by their newest names in headers."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    trailers: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    columns: dict[str, ColumnMapping]

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(codecs.lookup(encoding).name)
        except LookupError:
            raise ValueError(f"no encoding is called {encoding!r}") from None
        return encoding

    @field_validator("columns")
    @classmethod
    def _are_distinct(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        required = sum(each.required for each in columns.values())
        if required < FEWEST_REQUIRED:
            raise ValueError(f"{required} required: by at least {FEWEST_REQUIRED} of them the export is recognised")
        named = [each for header, mapped in columns.items() for each in (header, *mapped.formerly)]
        if again := twice(named):
            raise ValueError(f"the header {again!r} is named twice")
        if sum(each.covers for each in columns.values()) > 1:
            raise ValueError("one column tells which days a file covers, not several")
        names = [column_of(header, mapped).name for header, mapped in columns.items()]
        if again := twice(names):
            raise ValueError(f"two columns would be called {again!r}: give one a name")
        for header, name in zip(columns, names, strict=True):
            if not _COLUMN_NAME.fullmatch(name):
                raise ValueError(f"{header!r} would be called {name!r}: give it a name of a to z, digits and _")
        return columns


class ProviderMapping(Strict):
    """A file: one provider and its exports."""

    provider: Annotated[str, Field(pattern=rf"^{_NAME}$")]
    exports: Annotated[dict[Annotated[str, Field(pattern=rf"^{_NAME}$")], ExportMapping], Field(min_length=1)]

    @field_validator("exports")
    @classmethod
    def _are_not_frames(cls, exports: dict[str, ExportMapping]) -> dict[str, ExportMapping]:
        if FRAMES in exports:
            raise ValueError(f"{FRAMES} is the table of what stands around the rows")
        return exports


def _written(layout: str) -> str:
    return _SAMPLE.strftime(layout)


def _date(layouts: tuple[str, ...]) -> Format:
    """Dates in one of the layouts; names of zones at the end (`%Z`) may be any, which strptime alone would not take."""
    example = _written(layouts[0])
    plain = moment(*(each for each in layouts if not each.endswith(" %Z")), example=example)
    zoned = moment(*(each.removesuffix(" %Z") for each in layouts if each.endswith(" %Z")), example=example)

    def fits(cell: str) -> bool:
        return plain.fits(cell) or bool((found := _ZONED.fullmatch(cell)) and zoned.fits(found[1]))

    return Format(plain.told, fits)


def _number(mapped: ColumnMapping, told: str) -> Format:
    sign, mark = "" if mapped.unsigned else "-?", re.escape(mapped.decimal_mark)
    groups = rf"|\d{{1,3}}(?:{re.escape(mapped.thousands_mark)}\d{{3}})+" if mapped.thousands_mark else ""
    example = f"{'' if mapped.unsigned else '-'}1{mapped.thousands_mark}050{mapped.decimal_mark}50"
    return pattern(f"{told}, like {example}", rf"{sign}(?:(?:\d+{groups})(?:{mark}\d*)?|{mark}\d+)")


def format_of(mapped: ColumnMapping) -> Format | None:
    """How a cell of the column is written; None for text, which can be anything."""
    unsigned = " without sign" if mapped.unsigned else ""
    if mapped.type == "date":
        return _date(mapped.dates)
    if mapped.unit == "minor":
        return pattern(f"a whole number of minor units{unsigned}, like 1050", r"\d+" if mapped.unsigned else r"-?\d+")
    if mapped.type in ("money", "decimal"):
        return _number(mapped, f"a decimal{' in major units' if mapped.unit else ''}{unsigned}")
    if mapped.type == "integer" and mapped.unsigned:
        return pattern("a whole number without sign, like 3", r"\d+")
    return {"integer": INTEGER, "currency": CURRENCY, "country": COUNTRY}.get(mapped.type)


def column_of(header: str, mapped: ColumnMapping) -> Column:
    """The column that a mapping describes."""
    return column(
        header,
        *mapped.formerly,
        name=mapped.name or "",
        format=format_of(mapped),
        required=mapped.required,
        identifier=mapped.identifier,
    )


def _days_of(columns: dict[str, ColumnMapping]) -> Days:
    for header, mapped in columns.items():
        if mapped.covers:
            return Days((column_of(header, mapped).name,), "" if mapped.is_year_first else mapped.dates[0])
    return Days()


def _trailers(beginnings: tuple[str, ...]) -> FrameOf:
    """Rows whose first cell begins with one of the words are no rows of the table."""
    return lambda row: "trailer" if row[0].lstrip().startswith(beginnings) else None


@lru_cache
def provider_from(text: str, source: str) -> Provider:
    """The provider that a YAML text describes.

    Args:
        text: the mapping.
        source: where it is from, for messages.

    Raises:
        UsageError: no YAML, an unknown key, or a value that does not fit; names source and key.
    """
    fix = "Correct the file; docs/how-to/add-a-provider.md has every key."
    described = read(ProviderMapping, text, source, fix)
    exports = tuple(
        Export(
            name,
            {name: tuple(column_of(header, mapped) for header, mapped in export.columns.items())},
            delimited(export.delimiter, frame_of=_trailers(export.trailers) if export.trailers else no_frame),
            export.encoding,
            days=_days_of(export.columns),
        )
        for name, export in described.exports.items()
    )
    return Provider(described.provider, f"bronze_{described.provider}", exports, mapping=text)
