"""Answer queries on a DuckDB file: run by the DuckDB environment's own Python, JSON in, JSON out."""

from __future__ import annotations

import json
import sys

import duckdb

if __name__ == "__main__":
    connection = duckdb.connect(sys.argv[1], read_only=True)
    queries = json.load(sys.stdin)
    json.dump({table: connection.execute(query).fetchone() for table, query in queries.items()}, sys.stdout)
