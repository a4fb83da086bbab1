"""Files before they are parsed: a failing test means that one is missed, read half-written, or stops the others."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from paylake.errors import ExitCode, LakeBusy, UsageError
from paylake.landing import parts, quarantine, sources, staging
from paylake.landing.discovery import Content, find_files, read_content, read_contents
from paylake.landing.lock import landing_lock
from paylake.landing.parts import Part
from paylake.landing.staging import FileTask, parse_file
from paylake.landing.verdicts import FileVerdict, LandingSummary

CHARGE = b'{"id":"ch_1","object":"charge","livemode":true,"amount":100}'
CHARGE_ID = hashlib.sha256(CHARGE).hexdigest()


def task(path: Path, data: bytes, staging_folder: Path) -> FileTask:
    file_id = hashlib.sha256(data).hexdigest()
    return FileTask(str(path), file_id, 1, 0.0, "stripe", "api_objects", "json", str(staging_folder))


def test_files_are_found_once_in_a_stable_order_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b/2.json", "a.json", "b/.hidden", ".DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(CHARGE)
    found = find_files([str(tmp_path), str(tmp_path / "a.json")], pytest.fail)
    assert [Path(file.url).relative_to(tmp_path).as_posix() for file in found] == ["a.json", "b/2.json"]


def test_a_path_that_does_not_exist_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        find_files([str(tmp_path / "nowhere")], pytest.fail)


def test_other_file_systems_work_the_same() -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/exports/charges.json", CHARGE)
    (found,) = find_files(["memory://exports"], pytest.fail)
    (content,) = read_content(found)
    assert isinstance(content, Content)
    assert content.recognised is not None
    assert content.file_id == CHARGE_ID


def test_a_folder_without_permission_is_reported_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.json").write_bytes(CHARGE)
    real = os.scandir

    def scandir(path: Any) -> Any:  # permissions do not hold for root, who runs the tests in containers
        if str(path).rstrip("/").endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    told: list[FileVerdict] = []
    found = find_files([str(tmp_path)], told.append)
    assert [Path(file.url).name for file in found] == ["1.json"]
    assert [(verdict.status, Path(verdict.path).name) for verdict in told] == [("unreadable", "closed")]
    assert LandingSummary(files=told).exit_code == ExitCode.ENVIRONMENT


def test_a_name_that_is_not_text_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(CHARGE)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe4d.json")).write_bytes(CHARGE)
    told: list[FileVerdict] = []
    found = find_files([str(tmp_path)], told.append)
    assert [Path(file.url).name for file in found] == ["good.json"]
    assert [(v.status, Path(v.path).name, v.reason) for v in told] == [
        ("unreadable", "b\\xe4d.json", "its name is not UTF-8: rename it")
    ]


def test_a_file_that_grows_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "growing.json"
    path.write_bytes(CHARGE)
    (found,) = find_files([str(path)], pytest.fail)
    path.write_bytes(CHARGE + b"\n" + CHARGE)
    (verdict,) = read_content(found)
    assert isinstance(verdict, FileVerdict)
    assert verdict.status == "changed"


def test_a_file_that_goes_away_is_said_to_be_lost(tmp_path: Path) -> None:
    path = tmp_path / "gone.json"
    path.write_bytes(CHARGE)
    found = find_files([str(path)], pytest.fail)
    path.unlink()
    (verdict,) = read_contents(found)
    assert isinstance(verdict, FileVerdict)
    assert verdict.status == "lost"


@pytest.mark.parametrize("now", [None, CHARGE + b" ", CHARGE[:20]])
def test_a_file_that_changed_after_its_claim_stages_nothing(tmp_path: Path, now: bytes | None) -> None:
    path = tmp_path / "claimed.json"
    if now is not None:
        path.write_bytes(now)
    verdict = parse_file(task(path, CHARGE, tmp_path / "staging"))
    assert verdict.state == "lost"
    assert not list((tmp_path / "staging").rglob("*.parquet"))


def test_a_full_disk_is_the_machines_fault_and_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "charges.json"
    path.write_bytes(CHARGE)

    def full(self: Part) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging.Part, "close", full)
    verdict = parse_file(task(path, CHARGE, tmp_path / "staging"))
    assert verdict.state == "broken"
    assert "no space" in verdict.reason
    assert not list((tmp_path / "staging").rglob("*.parquet"))


def test_quarantine_keeps_the_bytes_for_their_owner_and_shows_no_card(tmp_path: Path) -> None:
    path = tmp_path / "4242424242424242.csv"
    path.write_bytes(CHARGE)
    for _ in range(2):
        home = quarantine.keep(tmp_path / "quarantine", str(path), CHARGE_ID, "visa 4242424242424242")
    kept = home / "424242******4242.csv"
    assert kept.read_bytes() == CHARGE
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    note = (home / "reason.json").read_text(encoding="utf-8")
    assert "4242424242424242" not in note
    assert json.loads(note)["kept"] == kept.name
    assert sorted(p.name for p in home.iterdir()) == [kept.name, "reason.json"]


def test_quarantine_keeps_no_other_bytes_than_those_that_were_judged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for data in (b"still being written", CHARGE):
        path.write_bytes(data)
        quarantine.keep(tmp_path / "quarantine", str(path), CHARGE_ID, "torn")
        kept = quarantine.kept_file(tmp_path / "quarantine", CHARGE_ID)
        assert (kept and kept.read_bytes()) == (CHARGE if data == CHARGE else None)


def test_the_second_landing_learns_who_holds_the_lock(tmp_path: Path) -> None:
    with landing_lock(tmp_path, 0), pytest.raises(LakeBusy, match=f"process {os.getpid()} on "):
        landing_lock(tmp_path, 0).__enter__()


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([], 0),
        (["landed", "already_landed"], 0),
        (["landed", "quarantined"], 3),
        (["lost"], 3),
        (["changed"], 3),
        (["unreadable", "quarantined"], 6),
    ],
)
def test_the_exit_code_says_whether_everything_offered_is_in_bronze(statuses: list[str], code: int) -> None:
    assert LandingSummary(files=[FileVerdict("f", status) for status in statuses]).exit_code == code


def peak_of(size: int, tmp_path: Path) -> int:
    """Peak of Python's memory while a file of so many KiB is parsed."""
    import tracemalloc

    path = tmp_path / f"{size}.jsonl"
    row = CHARGE[:-1] + b',"description":"%s"}\n'
    with path.open("wb") as file:
        for number in range(size):
            file.write(row % (b"%06d x" % number * 120))
    made = task(path, path.read_bytes(), tmp_path / "staging")
    tracemalloc.start()
    assert parse_file(made).state == "verified"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "FLUSH_CHARS", 100_000)
    monkeypatch.setattr(sources, "CHUNK", 50_000)
    peak_of(100, tmp_path)  # imports and caches
    assert peak_of(4_000, tmp_path) < peak_of(1_000, tmp_path) * 1.2


@pytest.mark.nightly
def test_a_large_file_needs_no_more_memory_than_the_buffers(tmp_path: Path) -> None:
    assert peak_of(500_000, tmp_path) < 300 << 20
