"""The gate: what must hold before a number is shown. What does not hold goes to the reader instead of the number."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from paylake.errors import PaylakeError, UsageError
from paylake.reporting.definition import Definition
from paylake.reporting.figures import AsOf
from paylake.reporting.money import count, month_name, next_month, previous_month
from paylake.settings import Settings

BAD = {"fail", "error", "runtime error", "skipped", "partial success"}
SHOWN = 5


class NumberWithheld(PaylakeError):
    """A figure that must not be shown; a notebook that raises it makes its reader a notice of the reason."""


@dataclass(frozen=True)
class Reason:
    """Why a number is withheld.

    Args:
        code: tests, missing, late, partial or figures.
        text: one sentence for the reader.
        figures: what makes this reason another one tomorrow; equal reasons are mailed once.
    """

    code: str
    text: str
    figures: str


def local_date(at: datetime, settings: Settings) -> date:
    """The day of an instant in the reporting time zone."""
    return at.astimezone(ZoneInfo(settings.time_zone)).date()


def last_complete_month(rows: list[AsOf], settings: Settings) -> date:
    """The last month that every provider's data covers to its end."""
    return previous_month(local_date(rows[0].at, settings))


def resolve_month(value: str, rows: list[AsOf], settings: Settings) -> date:
    """The month that a parameter means: itself, or the last complete one."""
    return last_complete_month(rows, settings) if value == "last" else date.fromisoformat(f"{value}-01")


def resolve_today(value: str, rows: list[AsOf], settings: Settings, now: datetime) -> date:
    """The day of reading that a parameter means: a date, the clock's, or (`data`) the day that the data reaches."""
    if value == "data":
        return local_date(rows[0].at, settings)
    return local_date(now, settings) if value == "clock" else date.fromisoformat(value)


def utc(at: datetime) -> str:
    """An instant for readers."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def late(
    definition: Definition, rows: list[AsOf], today: date, settings: Settings, vouched: Mapping[str, date] | None = None
) -> list[Reason]:
    """Providers whose data is older than the report's rule allows.

    Args:
        definition: has the rule.
        rows: until when each provider's records reach.
        today: the day of reading.
        settings: know the reporting time zone.
        vouched: provider -> the day before which all its files are known to have landed: it was quiet, not late.
    """
    limit, known = definition.freshness.max_age_days, vouched or {}
    reached = {row: max(local_date(row.at, settings), known.get(row.provider, date.min)) for row in rows}
    behind = [row for row in rows if reached[row] < today - timedelta(days=limit)]
    return [
        Reason(
            "late",
            f"The data of {row.provider} reaches only {utc(row.at)};"
            f" the report needs data no older than {count(limit, 'day')}.",
            f"{row.provider} {row.at.isoformat()}",
        )
        for row in behind
    ]


def partial(month: date, rows: list[AsOf], settings: Settings) -> list[Reason]:
    """Providers whose data ends before the reported month does."""
    behind = [row for row in rows if local_date(row.at, settings) < next_month(month)]
    return [
        Reason(
            "partial",
            f"{month_name(month)} is not complete: the data of {row.provider} reaches {utc(row.at)}.",
            f"{month} {row.provider} {row.at.isoformat()}",
        )
        for row in behind
    ]


def target_folder(settings: Settings) -> Path:
    """Where dbt left its results: DBT_TARGET_PATH, else the lake's own `target`, else the project's."""
    if named := os.environ.get("DBT_TARGET_PATH"):
        return (settings.project / Path(named)).resolve()
    own = settings.lake_path / "target"
    return own if (own / "run_results.json").is_file() else settings.project / "target"


def read_manifest(target: Path) -> dict[str, Any]:
    """What dbt knew of the project in its last run.

    Raises:
        PaylakeError: dbt has not run, or its results are not readable.
    """
    return _read(target / "manifest.json")


def failed_tests(definition: Definition, target: Path) -> list[Reason]:
    """What the last dbt run says against the report's models: failed, skipped or missing tests.

    Raises:
        PaylakeError: dbt has not run, or its results are not readable.
    """
    results, manifest = _read(target / "run_results.json"), read_manifest(target)
    if manifest.get("metadata", {}).get("adapter_type") == "sail":
        text = "The last dbt run was one of the fast lane: nothing shows that the tables of the lake are tested."
        return [Reason("tests", text, "fast lane")]
    nodes: dict[str, Any] = manifest.get("nodes", {})
    wanted = set(definition.tested_models)
    names = {key for key, node in nodes.items() if node.get("name") in wanted and node.get("resource_type") != "test"}
    if unknown := sorted(wanted - {nodes[key]["name"] for key in names}):
        raise UsageError(
            f"Report {definition.name} names models that dbt does not know: {', '.join(unknown)}.",
            "Correct tested_models.",
        )
    tests = {
        key
        for key, node in nodes.items()
        if node.get("resource_type") == "test" and names & set(node.get("depends_on", {}).get("nodes", []))
    }
    found = {row["unique_id"]: row["status"] for row in results["results"]}
    # `dbt docs generate` and `dbt compile` report `success` for tests that they did not run.
    statuses = {key: status for key, status in found.items() if not (key in tests and status == "success")}
    bad = sorted(nodes[key]["name"] for key in (names | tests) & set(statuses) if statuses[key] in BAD)
    reasons = []
    if bad:
        more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        verb = "check" if len(bad) == 1 else "checks"
        text = f"{len(bad)} {verb} of the figures did not pass in the last build: {', '.join(bad[:SHOWN])}{more}."
        reasons.append(Reason("tests", text, " ".join(bad)))
    if missing := sorted(nodes[key]["name"] for key in tests - set(statuses) if _enabled(nodes[key])):
        verb = "was" if len(missing) == 1 else "were"
        text = f"{count(len(missing), 'check')} of the figures {verb} not part of the last dbt run."
        reasons.append(Reason("tests", text, " ".join(missing)))
    return reasons


def _enabled(node: dict[str, Any]) -> bool:
    return bool(node.get("config", {}).get("enabled", True))


def _read(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PaylakeError(
            f"dbt has left no results at {path}: nothing shows that the figures are tested.", "Run `dbt build`."
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise PaylakeError(
            f"{path} is not readable; dbt may have been stopped while writing it.", "Run `dbt build`."
        ) from None
    return data
