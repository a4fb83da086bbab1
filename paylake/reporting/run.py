"""Runs of reports: parameters, gate, notebook, page and mail, in one folder that appears whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paylake.errors import UsageError
from paylake.providers.known import known_providers
from paylake.reporting import arrivals, gate
from paylake.reporting.definition import Definition, load_definition
from paylake.reporting.execute import execute, failed_folder, outcome
from paylake.reporting.figures import AsOf, ExpectedFile, as_of, expected_files, spark_query
from paylake.reporting.gate import Reason
from paylake.reporting.money import next_month
from paylake.reporting.parts import Part
from paylake.reporting.publish import publish
from paylake.reporting.record import ReportRun
from paylake.session import get_session
from paylake.settings import Settings


def run_report(name: str, parameters: dict[str, str], settings: Settings) -> ReportRun:
    """Run a report: the number where it may be shown, a notice that says why not elsewhere.

    Raises:
        UsageError: there is no such report or parameter, or a value does not fit.
        ServerNotRunning: the shared server does not answer.
        PaylakeError: gold or dbt's results are missing, or a cell failed.
    """
    definition = load_definition(name, settings)
    values = definition.validate_parameters(parameters)
    spark = get_session(settings)
    try:
        query = spark_query(spark)
        reaches, expected = as_of(query), expected_files(query)
    finally:
        with contextlib.suppress(Exception):
            spark.stop()
    if not reaches:
        raise UsageError("The lake holds no data yet.", "Land exports with `paylake land`, then run `dbt build`.")
    started = datetime.now(UTC)
    values, reasons = check(definition, values, reaches, settings, started, expected)
    with _folder(name, values, settings, started) as (key, folder):
        parts: list[Part] = []
        if not reasons:
            executed = execute(definition, values, folder, settings)
            parts, withheld = outcome(executed, definition, folder)
            reasons = [withheld] if withheld else []
        run = publish(definition, values, reaches, reasons, parts, folder, key, started, settings)
    return replace(run, folder=folder.parent / key)


def check(
    definition: Definition,
    values: dict[str, Any],
    reaches: list[AsOf],
    settings: Settings,
    now: datetime,
    expected: Sequence[ExpectedFile] = (),
) -> tuple[dict[str, Any], list[Reason]]:
    """The parameters with the month and day that their keywords mean, and what speaks against showing a number."""
    target = gate.target_folder(settings)
    reasons = gate.failed_tests(definition, target)
    exports = (
        arrivals.exports_of(definition, gate.read_manifest(target), known_providers(settings)) if expected else set()
    )
    today = gate.resolve_today(str(values.get("today", "clock")), reaches, settings, now)
    before = today
    late = gate.late(definition, reaches, today, settings, arrivals.vouched(expected, exports))
    partial: list[Reason] = []
    if "month" in values:
        month = gate.resolve_month(str(values["month"]), reaches, settings)
        partial = gate.partial(month, reaches, settings)
        values, before = values | {"month": f"{month:%Y-%m}"}, next_month(month)
    return values, [*reasons, *arrivals.missing(expected, exports, before, now), *late, *partial]


@contextlib.contextmanager
def _folder(name: str, values: dict[str, Any], settings: Settings, started: datetime) -> Iterator[tuple[str, Path]]:
    digest = hashlib.sha256(
        json.dumps([values, os.getpid(), started.isoformat()], sort_keys=True).encode()
    ).hexdigest()[:6]
    key = f"{started:%Y%m%dT%H%M%SZ}-{digest}"
    folder = settings.lake_path / "reports" / name / f".{key}"
    folder.mkdir(parents=True)
    try:
        yield key, folder
        folder.rename(folder.parent / key)
    except BaseException:
        if (folder / "notebook.ipynb").is_file():
            folder.rename(failed_folder(folder))
        else:
            shutil.rmtree(folder, ignore_errors=True)
        raise
