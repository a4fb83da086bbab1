"""A card lands by every door: a failing test means that its digits stand in a log, an error, the ledger or the lake."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hidden_cards import shows
from landing_memory import MemoryLake
from typer.testing import CliRunner

from paylake.cli import app, console
from paylake.landing import connection, staging, workers
from paylake.landing.staging import FileTask, Staged
from paylake.providers import Provider, paypal
from paylake.settings import get_settings

CARD = "4988438843884305"
WIDE = CARD.translate({48 + digit: 0xFF10 + digit for digit in range(10)})
GROUPS = "4988\u00a04388\u00a04388\u00a04305"
SPACED = " - ".join(GROUPS.split("\u00a0"))
ESCAPED = "\\u0034" + CARD[1:]
CHARGE = '{"id":"ch_1","object":"charge","livemode":true,"amount":100}'
REPORT = "balance_transaction_id,currency,fee,gross,net,reporting_category,description\n"
ROW = "txn_1,usd,0.30,10.00,9.70,charge,"
SETTLEMENT = ",".join(column.headers[0] for column in paypal.SETTLEMENT) + "\n"
TRANSACTION = "SB,1,,,,T0006,2026/01/06 00:00:30 -0800,,CR,1000,USD,DR,59,USD,,,,,,,,\n"
BROKEN_DISK = OSError(5, "Input/output error", f"/x/{GROUPS}")
SIGNED = base64.urlsafe_b64encode(f'{{"data":{{"note":"{CARD}"}}}}'.encode()).decode().rstrip("=")

CONTENTS = {
    "cell": f"{REPORT}{ROW}card {CARD}\n",
    "full-width cell": f"{REPORT}{ROW}{WIDE}\n",
    "cell in groups": f"{REPORT}{ROW}{GROUPS}\n",
    "last cell of many": REPORT + f"{ROW}x\n" * 2_500 + f"{ROW}{SPACED}\n",
    "reference with words": f"{REPORT}by {GROUPS},usd,0.30,10.00,9.70,charge,x\n",
    "cell that is an amount": f"{REPORT}txn_1,usd,{GROUPS},10.00,9.70,charge,x\n",
    "header": f"{REPORT.strip()},{GROUPS}\n{ROW}x,y\n",
    "preamble": f"Report of {GROUPS}\n{REPORT}{ROW}x\n",
    "ragged row": f"{REPORT}{ROW}x,{GROUPS}\n",
    "broken quotes": f'{REPORT}{ROW}"{GROUPS}\n',
    "nearly a header": f"balance_transaction_id,currency,fee,gross,net,{GROUPS}\n1,2,3,4,5,6\n",
    "nobody's text": f"{GROUPS},a\n1,2\n",
    "report's frame": f"RH,{GROUPS}\nCH{SETTLEMENT[2:]}{TRANSACTION}",
    "report's footer": f"SH,x\nCH{SETTLEMENT[2:]}{TRANSACTION}SF,{GROUPS},1,2,3,4\n",
    "no record type": f"CH{SETTLEMENT[2:]}{SPACED},1\n",
    "value": CHARGE[:-1] + f',"note":"{GROUPS}"}}',
    "escaped value": CHARGE[:-1] + f',"note":"{ESCAPED}"}}',
    "number": CHARGE[:-1] + f',"metadata":{{"order_id":{CARD}}}}}',
    "key": CHARGE[:-1] + f',"note":{{"{GROUPS}":1}}}}',
    "key twice": CHARGE[:-1] + f',"{GROUPS}":1,"{GROUPS}":2}}',
    "kind": CHARGE.replace("charge", ESCAPED),
    "kind of somebody else": CHARGE + CHARGE.replace("charge", ESCAPED).replace("amount", "resource_version"),
    "no record": f'{CHARGE}{{"{GROUPS}":1}}',
    "envelope": f'{{"stream":"{GROUPS}","data":{CHARGE}}}',
    "page": f'{{"object":"list","url":"{GROUPS}","data":[{CHARGE}]}}',
    "signed payload": f'{{"notificationType":"x","notificationUUID":"u","signedPayload":"e30.{SIGNED}.c2ln"}}',
    "half a record": f'{CHARGE}\n{{"id":"ch_2","object":"charge","note":"{GROUPS}"',
    "nobody's JSON": f'{{"{GROUPS}":"{CARD}"}}',
}


class InProcess:
    """Of Spark what staging uses: `mapInArrow`, in this process."""

    def createDataFrame(self, rows: Sequence[tuple[str]], schema: str) -> InProcess:  # noqa: N802 - Spark's name
        self.rows = [row[0] for row in rows]
        return self

    def repartition(self, slots: int) -> InProcess:
        return self

    def mapInArrow(self, work: Callable[[Iterator[pa.RecordBatch]], Any], schema: str) -> InProcess:  # noqa: N802
        try:
            self.done = list(work(iter([pa.RecordBatch.from_pydict({"tasks": self.rows})])))
        except Exception:
            traceback.print_exc()  # as Spark's worker does into the server's log
            raise
        return self

    def collect(self) -> list[dict[str, str]]:
        return [{"verdict": text} for batch in self.done for text in batch.column(0).to_pylist()]


class Lake(MemoryLake):
    """A lake in memory that keeps what it was given to append, and whose workers are this process."""

    def __init__(self) -> None:
        super().__init__()
        self.appended_rows: list[Any] = []

    def stage(self, tasks: Sequence[FileTask], cores: int | None) -> dict[str, Staged]:
        return workers.stage(InProcess(), tasks, cores)

    def append(self, provider: Provider, table: str, folder: str, batch: int, size: int) -> None:
        self.appended_rows += [pq.read_table(part).to_pylist() for part in Path(folder).glob("*.parquet")]
        super().append(provider, table, folder, batch, size)


class Door:
    """`paylake land` and its kin with debug logs, and everything that they say and leave behind."""

    def __init__(self, folder: Path, lake: Lake) -> None:
        self.exports, self.home, self.lake = folder / "exports", folder / "lake", lake
        self.exports.mkdir()

    def write(self, name: str, data: str | bytes) -> None:
        path = self.exports / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def land(self, *paths: Path) -> tuple[int, str]:
        """Exit code, and all that was said and kept, but the bytes that quarantine keeps for a person."""
        return self.run("land", *map(str, paths or [self.exports]))

    def run(self, *arguments: str) -> tuple[int, str]:
        """The same of any command."""
        result = CliRunner().invoke(app, arguments)
        told = [result.stdout, result.stderr, repr(result.exception), repr(self.lake.ledger.rows)]
        told.append(repr(self.lake.appended_rows))
        for path in (path for path in self.home.rglob("*") if path.is_file()):
            is_kept = "quarantine" in path.parts and path.name != "reason.json"
            told += [str(path), "" if is_kept else path.read_bytes().decode(errors="replace")]
        return result.exit_code, "\n".join(told)


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    lake = Lake()
    monkeypatch.setattr(connection, "get_session", Mock())
    monkeypatch.setattr(connection, "DeltaLake", lambda _: lake)
    for stream in (console.out, console.err):
        monkeypatch.setattr(stream, "width", 10_000)
    for name, value in {"LAKE": str(tmp_path / "lake"), "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}.items():
        monkeypatch.setenv(f"PAYLAKE_{name}", value)
    get_settings.cache_clear()
    yield Door(tmp_path, lake)
    get_settings.cache_clear()


@pytest.mark.parametrize("place", CONTENTS)
def test_a_card_in_a_file_is_said_and_kept_nowhere(door: Door, place: str) -> None:
    door.write("export", CONTENTS[place])
    code, told = door.land()
    assert code == 3
    assert '"event": "file"' in told
    assert not shows(told, CARD)
    assert [entry.state for entry in door.lake.ledger.rows][-1] == "quarantined"
    assert door.lake.appended_rows == []
    assert not list((door.home / "staging").rglob("*.*"))


def zipped(*names: str, data: str = CHARGE) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, data.replace("ch_1", f"ch_{name[-9:]}"))
    return out.getvalue()


@pytest.mark.parametrize("number", [CARD, WIDE, GROUPS, SPACED])
@pytest.mark.parametrize("name", ["{}.json", "{}/export.json"])
def test_a_card_in_a_path_is_said_and_kept_nowhere(door: Door, name: str, number: str) -> None:
    door.write(name.format(number), CHARGE)
    for _ in range(2):  # the second landing tells it from the ledger
        code, told = door.land()
        assert (code, shows(told, CARD)) == (3, False)
    assert "498843******4305" in told
    path = door.exports / name.format(number)
    assert hashlib.sha256(str(path).encode()).hexdigest() not in told, "with BIN and last four the rest can be tried"


@pytest.mark.parametrize("inside", [("{}.json", "good.json"), ("{}/export.json",), ("{}.json", "{}.json"), ("../{}",)])
def test_a_card_in_the_name_of_a_member_is_said_and_kept_nowhere(door: Door, inside: tuple[str, ...]) -> None:
    with pytest.warns(UserWarning, match="Duplicate") if len({*inside}) < len(inside) else nullcontext():
        door.write("all.zip", zipped(*(name.format(GROUPS) for name in inside)))
    for _ in range(2):
        code, told = door.land()
        assert (code, shows(told, CARD)) == (3, False)
    assert "498843******4305" in told or "leads out" in told


def test_an_archive_in_an_archive_is_named_without_the_card(door: Door) -> None:
    door.write("all.zip", zipped(f"{GROUPS}.zip", data="PK\x03\x04"))
    code, told = door.land()
    assert (code, shows(told, CARD), "an archive in an archive (498843******4305.zip)" in told) == (3, False, True)


def test_what_cannot_be_read_is_named_without_the_card(door: Door) -> None:
    door.write("good.json", CHARGE)
    (door.exports / f"{GROUPS} gone.json").symlink_to(door.exports / "nowhere")
    Path(os.fsdecode(os.fsencode(door.exports) + f"/{CARD} \u00e4.json".encode("latin-1"))).write_text(CHARGE)
    code, told = door.land()
    assert (code, shows(told, CARD)) == (6, False)
    assert told.count("498843******4305") >= 2


def test_a_path_that_does_not_exist_is_named_without_the_card(door: Door) -> None:
    code, told = door.land(door.exports / f"{GROUPS}.json")
    assert (code, shows(told, CARD), "498843******4305" in told) == (2, False, True)


@pytest.mark.parametrize(("error", "code"), [(ValueError(f"could not read {GROUPS}"), 1), (BROKEN_DISK, 6)])
@pytest.mark.parametrize("at", ["_place_block", "Part.close"])
def test_an_error_of_ours_in_a_worker_says_no_card(
    door: Door, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, at: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(f"{staging.__name__}.{at}", broken)
    door.write("export", f"{REPORT}{ROW}x\n")
    found, told = door.land()
    assert (found, shows(told, CARD)) == (code, False)
    assert "Input/output error" in told or "could not read 498843******4305" in told


def test_an_error_of_ours_in_the_protocol_says_no_card(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError(GROUPS)

    monkeypatch.setattr(door.lake, "append", broken)
    door.write("export", f"{REPORT}{ROW}x\n")
    code, told = door.land()
    assert (code, shows(told, CARD)) == (1, False)
    assert "landing failed" in told


def test_decisions_about_a_file_with_a_card_say_none(door: Door) -> None:
    door.write(f"{GROUPS}.json", f'{CHARGE[:-1]},"note":"{CARD}"}}')
    door.land()
    path = str(door.exports / f"{GROUPS}.json")
    for code, *arguments in (
        (0, "list"),
        (0, "show", path),
        (2, "show", f"{path}.gz"),
        (2, "release", path, "--because", f"of {CARD}"),
        (0, "discard", path, "--because", f"holds {GROUPS}", "--yes"),
        (0, "list", "--all"),
        (0, "show", path),
    ):
        found, told = door.run("quarantine", *arguments)
        assert (found, shows(told, CARD)) == (code, False), arguments
    assert door.lake.ledger.rows[-1].because == "holds 498843******4305"
