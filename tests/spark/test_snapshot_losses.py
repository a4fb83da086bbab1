"""Why history is not kept by dbt snapshots: what those of strategy `timestamp` lose, on Delta.

Failing means that they lose it no more: then read docs/decisions/2026-11-21-snapshots-and-event-history.md again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

from tests.conftest import PROJECT

SCHEMA = "snapshot_losses"
EXPORTS = {
    "the first export": [("changes", 100, "2025-01-01"), ("goes", 7, "2025-01-01")],
    "a key changes, the other one is gone": [("changes", 300, "2025-03-01")],
    "an export of February comes late": [("changes", 200, "2025-02-01"), ("goes", 7, "2025-01-01")],
}
"""What the provider's table of current states shows, in the order in which builds see it."""
SNAPSHOT = """
{% snapshot seen %}
    {{ config(schema='snapshot_losses', unique_key='id', strategy='timestamp', updated_at='updated_at',
              hard_deletes='invalidate', file_format='delta') }}
    select * from snapshot_losses.shown
{% endsnapshot %}
"""
HISTORY = f"""
    select id, amount, cast(updated_at as date) as valid_from,
        cast(lead(updated_at) over (partition by id order by updated_at) as date) as valid_to
    from (select distinct id, amount, updated_at from {SCHEMA}.landed)
    order by id, valid_from
"""


@pytest.fixture(scope="module")
def spark_after_three_builds(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`seen` is the snapshot; `landed` has every row that ever came, as bronze does."""
    project = tmp_path_factory.mktemp("snapshots")
    (project / "snapshots").mkdir()
    (project / "snapshots" / "seen.sql").write_text(SNAPSHOT)
    (project / "dbt_project.yml").write_text("name: losses\nprofile: paylake\n")
    (project / "macros").mkdir()
    schemas = (PROJECT / "macros" / "generate_schema_name.sql").read_text()
    (project / "macros" / "generate_schema_name.sql").write_text(schemas)
    spark.sql(f"create schema {SCHEMA}")
    columns = "(id string, amount bigint, updated_at timestamp) using delta"
    for table in ("shown", "landed"):
        spark.sql(f"create table {SCHEMA}.{table} {columns}")
    for rows in EXPORTS.values():
        values = ", ".join(f"('{key}', {amount}, timestamp '{at}')" for key, amount, at in rows)
        spark.sql(f"insert overwrite {SCHEMA}.shown values {values}")
        spark.sql(f"insert into {SCHEMA}.landed values {values}")
        where = ["--project-dir", str(project), "--profiles-dir", str(PROJECT), "--log-path", str(project)]
        built = dbtRunner().invoke(["snapshot", "--quiet", "--no-populate-cache", *where])
        assert built.success, built.exception or [result.message for result in built.result]
    yield spark
    spark.sql(f"drop schema {SCHEMA} cascade")


def seen(spark: Any, key: str) -> list[tuple[int, bool]]:
    """Amount and whether it is current, of each row of the snapshot."""
    rows = spark.sql(f"select * from {SCHEMA}.seen where id = '{key}' order by dbt_valid_from").collect()
    return [(row.amount, row.dbt_valid_to is None) for row in rows]


def test_a_snapshot_loses_the_row_that_comes_late(spark_after_three_builds: Any) -> None:
    assert seen(spark_after_three_builds, "changes") == [(100, False), (300, True)], "February's 200 is nowhere"


def test_a_snapshot_loses_the_key_that_comes_back(spark_after_three_builds: Any) -> None:
    assert seen(spark_after_three_builds, "goes") == [(7, False)], "it is there again, and has no current row"


def test_history_from_what_landed_has_them(spark_after_three_builds: Any) -> None:
    rows = [tuple(map(str, row)) for row in spark_after_three_builds.sql(HISTORY).collect()]
    assert rows == [
        ("changes", "100", "2025-01-01", "2025-02-01"),
        ("changes", "200", "2025-02-01", "2025-03-01"),
        ("changes", "300", "2025-03-01", "None"),
        ("goes", "7", "2025-01-01", "None"),
    ]
