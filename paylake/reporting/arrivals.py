"""Whether the files that a report's figures are made of have arrived: what is late is not zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from paylake.providers import Provider
from paylake.providers.provider import DOCUMENTS
from paylake.reporting.definition import Definition
from paylake.reporting.figures import ExpectedFile
from paylake.reporting.gate import SHOWN, Reason, utc

Export = tuple[str, str]
"""Names of a provider and of one of its exports."""


def exports_of(definition: Definition, manifest: Mapping[str, Any], providers: Mapping[str, Provider]) -> set[Export]:
    """The exports whose bronze tables the report's models are built from, through however many models.

    Args:
        definition: the report.
        manifest: dbt's.
        providers: those that the project knows.
    """
    nodes, sources = manifest.get("nodes", {}), manifest.get("sources", {})
    tested = set(definition.tested_models)
    waiting = [key for key, node in nodes.items() if node["name"] in tested and node["resource_type"] != "test"]
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += nodes.get(key, {}).get("depends_on", {}).get("nodes", [])
    read = {(sources[key]["schema"], sources[key]["name"]) for key in seen & sources.keys()}
    return {
        (provider.name, export)
        for provider in providers.values()
        for export, tables in _tables(provider).items()
        if any((provider.schema, table) in read for table in tables)
    }


def _tables(provider: Provider) -> dict[str, Collection[str]]:
    found: dict[str, Collection[str]] = {export.name: export.columns.keys() for export in provider.exports}
    return found | ({DOCUMENTS: provider.documents.columns.keys()} if provider.documents else {})


def missing(expected: Iterable[ExpectedFile], exports: Collection[Export], before: date, now: datetime) -> list[Reason]:
    """Files of the report's exports that are due and have not landed.

    Args:
        expected: all expected files.
        exports: those that the report is made of.
        before: the day after the last one that the report is about.
        now: the instant to look from: what became due since the last landing is missing, too.
    """
    found: dict[Export, list[ExpectedFile]] = defaultdict(list)
    for file in expected:
        is_missing = not file.has_landed and file.due_at < now
        if is_missing and file.first_day < before and (file.provider, file.export) in exports:
            found[file.provider, file.export].append(file)
    return [_reason(export, files) for export, files in sorted(found.items())]


def _reason(export: Export, files: Sequence[ExpectedFile]) -> Reason:
    provider, name = export
    files = sorted(files, key=lambda file: file.first_day)
    named = ", ".join(_days(file) for file in files[:SHOWN])
    named += f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    is_one_day = len(files) == 1 and files[0].first_day == files[0].last_day
    have = "has" if len(files) == 1 else "have"
    text = (
        f"The {name} of {provider} for {named} {have} not arrived, due {utc(files[0].due_at)};"
        f" the figures of {'that day' if is_one_day else 'these days'} are late, not zero."
    )
    return Reason("missing", text, f"{provider} {name} {' '.join(_days(file) for file in files)}")


def _days(file: ExpectedFile) -> str:
    return f"{file.first_day}" if file.first_day == file.last_day else f"{file.first_day} to {file.last_day}"


def vouched(expected: Iterable[ExpectedFile], exports: Collection[Export]) -> dict[str, date]:
    """The day before which all files of a provider have landed, for those whose every export the calendar knows.

    Such a provider's silence is zero: its figures need no record to show that they are there.
    """
    by_export: dict[Export, list[ExpectedFile]] = defaultdict(list)
    for file in expected:
        by_export[file.provider, file.export].append(file)
    found: dict[str, date] = {}
    for provider in sorted({provider for provider, _ in exports}):
        own = [by_export[export] for export in exports if export[0] == provider]
        if all(own):
            found[provider] = min(_arrived_before(files) for files in own)
    return found


def _arrived_before(files: Sequence[ExpectedFile]) -> date:
    awaited = [file.first_day for file in files if not file.has_landed]
    return min(awaited, default=max(file.last_day for file in files) + timedelta(days=1))
