"""Quarantine on Spark: a failing test means that a bad file enters bronze, or keeps a good one out."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from landing_exports import charge, report

from paylake.landing import bronze as bronze_module
from paylake.landing import discard, list_cases, release
from paylake.providers import PROVIDERS
from paylake.providers.stripe import OBJECTS, PROVIDER
from paylake.settings import Settings
from tests.conftest import FAST

CARD = "4242 4242 4242 4242"


@pytest.mark.usefixtures("few_tables")
def test_bad_files_go_to_quarantine_with_their_reason_and_the_others_go_on(
    empty_lake: Any, exports: Path, bronze: Callable[..., list[Any]]
) -> None:
    bad = {
        "torn.json.gz": gzip.compress(charge(8).encode() * 99)[:-9],
        "half.jsonl": (charge(7) + "\n" + charge(8)[:-9]).encode(),
        "card.csv": report(1).replace("charge", CARD).encode(),
        f"{CARD}.json": charge(11).encode(),
        "ragged.csv": (report(1) + "x,y\n").encode(),
        "letter.txt": b"Dear Sir or Madam",
    }
    for name, data in bad.items():
        (exports / name).write_bytes(data)
    summary = empty_lake.land(exports)
    reasons = {Path(v.path).name: v.reason for v in summary.files if v.status == "quarantined"}
    assert len(reasons) == len(bad)
    assert summary.exit_code == 3
    assert len(bronze()) == 8
    for part in ("torn gzip", "half a record", "424242******4242", "2 cells under 7 names", "unrecognised"):
        assert any(part in reason for reason in reasons.values()), part
    shown = json.dumps(reasons) + json.dumps(
        empty_lake.spark.table("bronze_ops.files").toPandas().astype(str).to_dict()
    )
    assert CARD not in shown
    notes = list((empty_lake.settings.lake_path / "quarantine").glob("*/reason.json"))
    assert len(notes) == len(bad)
    assert all(CARD not in note.read_text() for note in notes)
    again = empty_lake.land(exports)
    assert (again.exit_code, again.rows, again.counts["quarantined"]) == (3, 0, len(bad))


def test_a_decision_is_noted_in_the_ledger_of_a_lake_that_had_no_columns_for_it(
    empty_lake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    affirm = PROVIDERS["affirm"]
    assert affirm.documents
    few = {table: affirm.documents.columns[table] for table in ("transactions", "charge_events")}
    monkeypatch.setitem(
        PROVIDERS, "affirm", replace(affirm, exports=(), documents=replace(affirm.documents, columns=few))
    )
    with monkeypatch.context() as before:
        old = {name: kind for name, kind in bronze_module.FILES.items() if name not in ("decided_by", "because")}
        before.setattr(bronze_module, "FILES", old)
        bronze_module.DeltaLake(empty_lake.spark)
    odd, torn = tmp_path / "odd.jsonl", tmp_path / "torn.jsonl"
    sale = '{"id":"AFF1","authorization_expiration":"2026-02-28T10:00:00Z","amount":"five"}'
    odd.write_text(f'{sale}\n{{"id":"EVENT1","type":"capture","created":"2026-01-30T10:00:00Z"}}')
    torn.write_text(sale[:-9])
    assert empty_lake.land(tmp_path).counts == {"quarantined": 2}
    odd.unlink()

    settings, spark = empty_lake.settings, empty_lake.spark
    assert release([str(odd)], "agreed with finance", settings, by="anna", spark=spark).rows == 2
    assert discard([str(torn)], "cut by us", settings, by="ben", spark=spark).counts == {"discarded": 1}
    assert not list((settings.lake_path / "quarantine").iterdir())
    sale_rows = empty_lake.query("select id, amount, _file_path, _batch from bronze_affirm.transactions")
    assert [tuple(row) for row in sale_rows] == [("AFF1", "five", str(odd), 2)]
    decided = empty_lake.query(
        "select batch, state, decided_by, because from bronze_ops.files where decided_by <> '' order by batch, state"
    )
    assert [tuple(row) for row in decided] == [
        *((2, state, "anna", "agreed with finance") for state in ("claimed", "landed", "verified")),
        (3, "discarded", "ben", "cut by us"),
    ]
    assert [case.state for case in list_cases(settings, spark=spark)] == ["landed", "discarded"]


@pytest.mark.usefixtures("few_tables")
def test_the_ledger_accounts_for_every_cell(empty_lake: Any, exports: Path) -> None:
    empty_lake.land(exports)
    rows = empty_lake.query("select path, rows, cells, rescued from bronze_ops.files where state = 'landed'")
    found = {Path(row[0]).name: (sum(json.loads(row[1]).values()), row[2], row[3]) for row in rows}
    assert found == {"a.jsonl": (3, 14, 2), "b.json": (2, 9, 1), "report.csv": (3, 21, 3)}


def cells_of(path: Path) -> int:
    """Cells of an export, counted without the parser: each cell of a CSV row; keys, but nulls in columns."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(len(row) for row in list(csv.reader(file))[1:])
    cells = json.loads(path.read_text())
    own = PROVIDER.tables[OBJECTS.get(cells["object"], "other_objects")]
    return sum(value is not None or name not in own for name, value in cells.items())


def is_one_object(path: Path) -> bool:
    content = json.loads(path.read_text())
    return isinstance(content, dict) and content.get("object", "list") != "list"


@pytest.mark.parametrize("target", [FAST, pytest.param((), marks=pytest.mark.nightly)], ids=["sail", "spark"])
def test_real_exports_land_whole_and_build_through_silver(
    empty_lake: Any, fast_lane: Settings, samples: Path, target: tuple[str, ...]
) -> None:
    objects = [path for path in sorted((samples / "dj-stripe").glob("*.json")) if is_one_object(path)]
    countable = [*objects, *sorted((samples / "smashpig" / "stripe").glob("*.csv"))]
    summary = empty_lake.land(samples / "dj-stripe", samples / "smashpig" / "stripe", samples / "airbyte" / "stripe")
    assert summary.exit_code == 0
    there = {t: empty_lake.spark.table(t).count() for t in empty_lake.tables("bronze_stripe")}
    assert sum(there.values()) == summary.rows
    assert len(there) > 20, "models find every source from the first landing on"

    ids = ", ".join(f"'{hashlib.sha256(path.read_bytes()).hexdigest()}'" for path in countable)
    counts = []
    for table in there:
        own = " + ".join(f"count(`{name}`)" for name in PROVIDERS["stripe"].tables[table.split(".")[1]])
        rescued = "coalesce(sum(coalesce(array_size(json_object_keys(_rescued_data)), 0)), 0)"
        counts.append(f"select {own} + {rescued} as n from {table} where _file_id in ({ids})")
    found = empty_lake.query(f"select sum(n) as n from ({' union all '.join(counts)})")[0].n
    distinct = {path.read_bytes(): path for path in countable}.values()
    assert found == sum(map(cells_of, distinct)) > 1000

    silver = ("--select", "+path:models/silver", "--indirect-selection", "cautious")
    empty_lake.run_dbt("build", *silver, "--exclude-resource-type", "unit_test", *target)
