"""Which nodes the fast lane and dbt-duckdb both build to the same rows: only those are compared."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench import sides
from bench.environments import REQUIREMENTS, plain_environment, programs
from bench.lakes import Lakes
from bench.report import say
from paylake import sail

WHOLE = ("bigint", "int")


def questions(spark: Any, tables: list[str]) -> dict[str, str]:
    """A query a table: how many rows, and the sum of each column of whole numbers."""
    found = {}
    for table in tables:
        whole = [field.name for field in spark.table(table).schema.fields if field.dataType.simpleString() in WHOLE]
        sums = "".join(f", cast(sum({column}) as varchar(40))" for column in whole)
        found[table] = f"select cast(count(*) as varchar(40)){sums} from {table}"  # noqa: S608 - names of our tables
    return found


def unlike(lakes: Lakes, database: Path, tables: dict[str, str]) -> dict[str, str]:
    """Why a node's table is not the same on both sides, by the node's name."""
    spark = sail.get_session(lakes.fast)
    asked = questions(spark, list(tables))
    script = [str(programs("duckdb") / "python"), str(REQUIREMENTS / "answers.py"), str(database)]
    done = subprocess.run(
        script, input=json.dumps(asked), capture_output=True, text=True, check=True, env=plain_environment()
    )
    theirs = json.loads(done.stdout)
    ours = {table: list(spark.sql(query).collect()[0]) for table, query in asked.items()}
    return {
        tables[table]: f"{ours[table]} here and {theirs[table]} there"
        for table in tables
        if ours[table] != theirs[table]
    }


def failed(folder: Path) -> dict[str, str]:
    """What dbt-duckdb could not build or found wrong: why, by the node's name."""
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {
        result["unique_id"].split(".")[2]: str(result["message"]).splitlines()[0]
        for result in results
        if result["status"] in ("error", "fail")
    }


def common_nodes(lakes: Lakes, notes: list[str]) -> tuple[sides.Side, list[str]]:
    """dbt-duckdb on a project of what both sides build alike, built once; and the names of the nodes left out of it."""
    project = lakes.fast.project
    manifest = lakes.fast.lake_path / "target" / "fast" / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    folder = lakes.folder / "duckdb"
    say("Building on DuckDB for the first time ...")
    side = sides.duckdb(folder, project, manifest, lakes.bronze, [])
    try:
        side.run("build")
    except sides.SideFailed:
        say("DuckDB does not take all nodes.")
    out = failed(folder)
    built = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    done = {result["unique_id"].split(".")[2] for result in built if result["status"] == "success"}
    tables = {node["relation_name"].replace("`", ""): node["name"] for node in nodes if node["alias"] in done}
    out |= unlike(lakes, folder / "bench.duckdb", tables)
    notes.append(
        f"dbt-duckdb builds {len(set(tables.values()) - out.keys())} models and seeds to the same row counts and sums "
        "of whole numbers as the fast lane; all of them and their tests are compared."
        + "".join(f" Left out with its children: {name} ({reason})." for name, reason in out.items())
    )
    if out:
        shutil.rmtree(folder)
        side = sides.duckdb(folder, project, manifest, lakes.bronze, list(out))
        side.run("build")
    names = {node["alias"]: node["name"] for node in nodes}
    return side, [names[alias] for alias in out]
