"""Reads a simulation's files back without any of the simulator's own code."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Json = dict[str, Any]


def digest(folder: Path) -> str:
    """One hash of all names and bytes."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def event_lines(stripe: Path) -> dict[str, list[str]]:
    """Lines of the events, by file."""
    return {path.name: text_of(path).splitlines() for path in sorted((stripe / "events").iterdir())}


def events(stripe: Path) -> list[Json]:
    """Every event once, in the order of its instant; within one, in the order of delivery."""
    unique: dict[str, Json] = {}
    for lines in event_lines(stripe).values():
        for line in lines:
            event = json.loads(line)
            unique.setdefault(event["id"], event)
    return sorted(unique.values(), key=lambda event: event["created"])


def objects(stripe: Path, kind: str) -> list[Json]:
    """The API's objects of a kind, from pages or lines."""
    lines = stripe / f"{kind}.jsonl"
    if lines.exists():
        return [json.loads(line) for line in text_of(lines).splitlines()]
    pages = [json.loads(text_of(path)) for path in sorted((stripe / kind).iterdir())]
    return [one for page in pages for one in page["data"]]


def report(stripe: Path, name: str) -> list[dict[str, str]]:
    """Rows of every month's report."""
    rows: list[dict[str, str]] = []
    for path in sorted((stripe / "reports").glob(f"{name}-*.csv")):
        rows += csv.DictReader(text_of(path).splitlines())
    return rows


def truth(folder: Path, table: str) -> list[Json]:
    """Rows of a table of the truth."""
    rows: list[Json] = pq.read_table(folder / "truth" / f"{table}.parquet").to_pylist()
    return rows
