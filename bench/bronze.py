"""Bronze and its ledger without a JVM: parsed by landing's own worker, written once by the fast lane's engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from paylake import sail
from paylake.calendars import expected_files, known_calendars
from paylake.landing.bronze import BATCHES, EXPECTED, FILES, OPS, as_table, bronze_columns
from paylake.landing.ledger import LANDED, Entry
from paylake.landing.parts import META, part_folder
from paylake.landing.recognition import HEAD, recognise
from paylake.landing.staging import FileTask, parse_file
from paylake.providers import Provider
from paylake.providers.known import known_providers
from paylake.settings import Settings

BATCH = 1
METADATA = {name: kind for name, kind, _ in META}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
"""When everything landed; a fixed time gives the same files on every run."""


def write_bronze(settings: Settings, exports: Sequence[Path], now: datetime = NOW) -> None:
    """Write the ledger, and bronze of each provider with a file in folders of exports; the fast lane is up."""
    staging, providers = settings.lake_path / "staged", known_providers(settings)
    files = sorted(path for folder in exports for path in folder.rglob("*") if path.is_file())
    # The same bytes again are one file.
    unique = {path.read_bytes(): path for path in reversed(files)}
    entries = [_staged(path, providers, str(staging), now) for path in sorted(unique.values())]
    spark = sail.get_session(settings)

    def write(schema: str, table: str, rows: pa.Table) -> None:
        whole = staging / f"{schema}.{table}.parquet"
        pq.write_table(rows, whole)
        folder = settings.warehouse_path / f"{schema}.db" / table
        spark.read.parquet(str(whole)).write.format("delta").save(str(folder))

    staging.mkdir(parents=True, exist_ok=True)
    for provider in (providers[name] for name in sorted({entry.provider for entry in entries})):
        for table, own in provider.tables.items():
            parts = sorted(Path(part_folder(str(staging), BATCH, provider.schema, table)).glob("*.parquet"))
            schema = pa.schema([(name, METADATA.get(name, pa.string())) for name in bronze_columns(own)])
            write(provider.schema, table, pa.concat_tables([schema.empty_table(), *map(pq.read_table, parts)]))
    rows = sum(sum(entry.tables.values()) for entry in entries)
    batch: dict[str, Any] = {"batch": BATCH, "state": LANDED, "files": len(entries), "rows": rows, "quarantined": 0}
    expected = expected_files(known_calendars(settings), now)
    write(OPS, "files", as_table(FILES, [asdict(entry) | {"at": now} for entry in entries]))
    write(OPS, "batches", as_table(BATCHES, [batch | {"at": now}]))
    write(OPS, "expected_files", as_table(EXPECTED, [asdict(file) for file in expected]))


def _staged(path: Path, providers: Mapping[str, Provider], staging: str, now: datetime) -> Entry:
    """The ledger's last entry of a file, which is staged; its path is its name, and so the same on every machine."""
    data = path.read_bytes()
    kind, file_id = recognise(data[:HEAD], providers), hashlib.sha256(data).hexdigest()
    what = (kind.provider, kind.export, kind.header_version)
    mapping = providers[kind.provider].mapping
    verdict = parse_file(FileTask(str(path), file_id, BATCH, now.timestamp(), *what, staging, mapping=mapping))
    return Entry(
        BATCH, file_id, LANDED, path.name, file_id, len(data), "", now.timestamp(), *what, json.dumps(verdict.rows),
        verdict.cells, verdict.rescued, verdict.bytes, covers_from=verdict.covers_from, covers_to=verdict.covers_to,
    )  # fmt: skip
