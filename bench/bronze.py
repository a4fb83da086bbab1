"""Bronze without a JVM: parsed by landing's own worker, written once by the fast lane's engine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from paylake import sail
from paylake.landing.bronze import bronze_columns
from paylake.landing.parts import META, part_folder
from paylake.landing.recognition import HEAD, recognise
from paylake.landing.staging import FileTask, parse_file
from paylake.providers import PROVIDERS
from paylake.settings import Settings

BATCH = 1
METADATA = {name: kind for name, kind, _ in META}


def write_bronze(settings: Settings, exports: list[Path]) -> None:
    """Write the bronze tables of each provider with a file in folders of exports; the fast lane is up."""
    staging, providers = settings.lake_path / "staged", set()
    for path in sorted(path for folder in exports for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        kind, file_id = recognise(data[:HEAD]), hashlib.sha256(data).hexdigest()
        providers.add(kind.provider)
        what = (kind.provider, kind.export, kind.header_version)
        parse_file(FileTask(str(path), file_id, BATCH, 0.0, *what, str(staging)))
    spark = sail.get_session(settings)
    for provider in map(PROVIDERS.__getitem__, sorted(providers)):
        for table, own in provider.tables.items():
            parts = sorted(Path(part_folder(str(staging), BATCH, provider.schema, table)).glob("*.parquet"))
            schema = pa.schema([(name, METADATA.get(name, pa.string())) for name in bronze_columns(own)])
            rows = pa.concat_tables([schema.empty_table(), *map(pq.read_table, parts)])
            whole = staging / f"{provider.schema}.{table}.parquet"
            pq.write_table(rows, whole)
            folder = settings.warehouse_path / f"{provider.schema}.db" / table
            spark.read.parquet(str(whole)).write.format("delta").save(str(folder))
