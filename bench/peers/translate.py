"""Write a dbt-duckdb project out of a manifest of Paylake's: run by the DuckDB environment's own Python.

What dbt compiled for Spark becomes DuckDB's SQL statement by statement (sqlglot), with `ref()` and `source()` in place
of the relations' names: dbt-duckdb then orders, builds and tests it as any project of its own. Ephemeral models are
part of the compiled statements already; snapshots and unit tests stay out on both sides.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

PROJECT = """\
name: paylake
version: "1.0"
config-version: 2
profile: duckdb
flags: {send_anonymous_usage_stats: false}
models: {+materialized: table}
on-run-start:
  - create or replace macro timestamp_seconds(s) as to_timestamp(s)
"""
SCHEMA_NAME = "{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}\n"


def names(manifest: dict[str, Any]) -> dict[str, str]:
    """The `ref()` or `source()` of every relation that statements can name."""
    nodes = [node for node in manifest["nodes"].values() if node.get("relation_name")]
    found = {node["relation_name"]: f"ref('{node['name']}')" for node in nodes}
    for source in manifest["sources"].values():
        found[source["relation_name"]] = f"source('{source['source_name']}', '{source['name']}')"
    return {relation.replace("`", ""): name for relation, name in found.items()}


def json_shape(kind: exp.DataType) -> Any:
    """A Spark type as `json_transform` wants to be told of it."""
    if kind.is_type(exp.DataType.Type.STRUCT):
        return {field.name: json_shape(field.args["kind"]) for field in kind.expressions}
    if kind.is_type(exp.DataType.Type.ARRAY):
        return [json_shape(kind.expressions[0])]
    return kind.sql(dialect="duckdb")


def from_json(call: exp.FromJson) -> exp.Expr:
    """Spark's `from_json(text, 'a string, b array<string>')` as DuckDB's `json_transform`."""
    text, schema = call.this, call.expression
    spelled = schema.name if schema.name.startswith(("array<", "struct<", "map<")) else f"struct<{schema.name}>"
    shape = json_shape(exp.DataType.build(spelled, dialect="spark"))
    return exp.func("json_transform", text, exp.Literal.string(json.dumps(shape)))


def spread(inlined: exp.Aliases) -> None:
    """`select inline(array) as (a, b)` as a join with the array's elements and their members by position."""
    select, elements = inlined.find_ancestor(exp.Select), inlined.this.this
    members = [
        exp.alias_(exp.func("struct_extract_at", exp.column("value", "element"), exp.Literal.number(place)), name.name)
        for place, name in enumerate(inlined.expressions, 1)
    ]
    others = [item for item in select.expressions if item is not inlined]
    select.set("expressions", [*others, *members])
    select.join(exp.Unnest(expressions=[elements], alias=exp.TableAlias(this="element", columns=["value"])), copy=False)


def mended(tree: exp.Expr) -> exp.Expr:
    """A statement with what sqlglot leaves in Spark's meaning put into DuckDB's."""
    for call in list(tree.find_all(exp.FromJson)):
        call.replace(from_json(call))
    for inlined in list(tree.find_all(exp.Aliases)):
        spread(inlined)
    for like in list(tree.find_all(exp.Like)):
        if "\\" in like.expression.name:
            like.replace(exp.Escape(this=like.copy(), expression=exp.Literal.string("\\")))
    for kind in list(tree.find_all(exp.DataType)):
        if kind.sql(dialect="spark") == "DECIMAL(38, 0)":
            kind.replace(exp.DataType.build("hugeint", dialect="duckdb"))
    return tree


def translated(sql: str, relations: dict[str, str]) -> str:
    """One statement in DuckDB's dialect, as dbt reads it."""
    tree = mended(sqlglot.parse_one(sql, read="spark"))
    used: dict[str, str] = {}
    for table in list(tree.find_all(exp.Table)):
        if name := relations.get(f"{table.db}.{table.name}"):
            used[place := f"relation_{len(used)}_"] = name
            alias = table.alias or table.name
            table.replace(exp.alias_(exp.to_table(place), alias, table=True))
    text: str = tree.sql(dialect="duckdb", pretty=True)
    for place, name in used.items():
        text = text.replace(place, "{{ " + name + " }}")
    return text


def with_children(nodes: dict[str, Any], excluded: set[str]) -> set[str]:
    """Ids of the named nodes and of everything that stands on them."""
    found = {uid for uid, node in nodes.items() if node["alias"] in excluded}
    while more := {uid for uid, node in nodes.items() if found & set(node["depends_on"].get("nodes", []))} - found:
        found |= more
    return found


def write(path: Path, text: str) -> None:
    """A file in a folder that may not exist yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(project: Path, manifest_path: Path, bronze: Path, out: Path, excluded: set[str]) -> None:
    """Write the project.

    Args:
        project: folder of Paylake's project.
        manifest_path: manifest of a build, with the compiled statements.
        bronze: folder of one Parquet file a source, `<schema>/<table>.parquet`.
        out: the project's folder.
        excluded: names of nodes to leave out, with their children.
    """
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    relations = names(manifest)
    write(out / "dbt_project.yml", PROJECT)
    write(out / "macros" / "generate_schema_name.sql", SCHEMA_NAME)
    sources: dict[str, list[dict[str, str]]] = {}
    for source in manifest["sources"].values():
        sources.setdefault(source["source_name"], []).append({"name": source["name"]})
    location = {"external_location": f"{bronze}/{{schema}}/{{identifier}}.parquet"}
    listed = [
        {"name": name, "schema": name, "config": {"meta": location}, "tables": tables}
        for name, tables in sources.items()
    ]
    write(out / "models" / "sources.yml", json.dumps({"version": 2, "sources": listed}))
    left_out = with_children(manifest["nodes"], excluded)
    for uid, node in manifest["nodes"].items():
        kind = node["resource_type"]
        if uid in left_out:
            continue
        if kind == "seed":
            options = {"name": node["name"], "config": {key: node["config"][key] for key in ("schema", "column_types")}}
            write(out / "seeds" / f"{node['name']}.yml", json.dumps({"version": 2, "seeds": [options]}))
            shutil.copy(project / node["original_file_path"], out / "seeds")
        elif kind in ("model", "test") and node["config"]["materialized"] != "ephemeral" and node.get("compiled_code"):
            folder = "models" if kind == "model" else "tests"
            key = "schema" if kind == "model" else "severity"
            head = f"{{{{ config({key}='{node['config'][key]}') }}}}\n"
            write(out / folder / f"{node['alias']}.sql", head + translated(node["compiled_code"], relations) + "\n")


if __name__ == "__main__":
    project, manifest, bronze, out = map(Path, sys.argv[1:5])
    main(project, manifest, bronze, out, set(sys.argv[5:]))
