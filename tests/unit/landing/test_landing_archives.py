"""Archives: a failing test means that a member is lost, or that an archive can do harm."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from paylake.landing import archives, quarantine
from paylake.landing.archives import LIMITS, Limits, members
from paylake.landing.discovery import Content, find_files, read_content
from paylake.landing.ledger import QUARANTINED, Entry
from paylake.landing.staging import FileTask, parse_files
from paylake.landing.workers import in_passes
from paylake.providers import Refused

CHARGE = b'{"id":"ch_%d","object":"charge","livemode":true,"amount":100}'
FILES = {f"{folder}{number}.json": CHARGE % number for number, folder in enumerate(("", "a/", "a/b/"))}
Files = dict[str, bytes]


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar(files: Files, *more: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in more:
            archive.addfile(info)
    return out.getvalue()


def tarred(files: Files, *more: tarfile.TarInfo) -> bytes:
    return gzip.compress(tar(files, *more))


def link(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("link")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Content]]:
    def run(data: bytes, limits: Limits = LIMITS) -> list[Content]:
        path = tmp_path / "delivery!.zip"
        path.write_bytes(data)
        (found,) = find_files([str(path)], pytest.fail)
        told = read_content(found, limits=limits)
        return [content for content in told if isinstance(content, Content)]

    return run


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_become_files_of_their_own(
    read: Callable[..., list[Content]], tmp_path: Path, pack: Callable[[Files], bytes]
) -> None:
    odd = {
        "note.txt": b"Dear all",
        "__MACOSX/._0.json": b"x",
        ".DS_Store": b"x",
        "packed.gz": gzip.compress(CHARGE % 9),
    }
    archive, *inside = read(pack({**FILES, **odd}))
    assert archive.is_unpacked
    assert archive.reason == "5 files: 0.json, a/1.json, a/b/2.json, note.txt, packed.gz"
    assert [content.found.url.rpartition("!")[2] for content in inside] == [*FILES, "note.txt", "packed.gz"]
    assert {content.archive for content in inside} == {archive.file_id}
    assert [content.reason for content in inside if content.reason] == [
        "unrecognised: no known export begins like this: describe it (docs/how-to/add-a-provider.md), "
        "or keep it elsewhere"
    ]
    tasks = [
        FileTask(
            c.found.url, c.file_id, 1, 0.0, "stripe", "api_objects", "json", str(tmp_path / "s"), member=c.found.member
        )
        for c in inside
        if c.recognised
    ]
    assert [verdict.rows for verdict in parse_files(tasks[::-1])] == [{"charges": 1}] * 4
    (tmp_path / "delivery!.zip").write_bytes(pack({"0.json": CHARGE % 7}))
    assert [verdict.state for verdict in parse_files(tasks)] == ["lost"] * 4


BIG = b"0" * (80 << 20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({}), "an archive without files"),
        (zipped({".hidden": b"x"}), "an archive without files"),
        (zipped(FILES)[:-40], "damaged archive"),
        (zipped(FILES, zipfile.ZIP_STORED).replace(b'"amount":100', b'"amount":999', 1), "damaged archive: Bad CRC-32"),
        (zipped(FILES, zipfile.ZIP_BZIP2), "another compression"),
        (zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "a spreadsheet or document"),
        (zipped({"../up.json": b"x"}), "leads out of the archive"),
        (zipped({"/etc/up.json": b"x"}), "leads out of the archive"),
        (zipped({"a/../../up.json": b"x"}), "leads out of the archive"),
        (zipped({"C:/up.json": b"x"}), "leads out of the archive"),
        (zipped({"inner.zip": zipped(FILES)}), "an archive in an archive (inner.zip)"),
        (zipped({"inner.tgz": tarred(FILES)}), "an archive in an archive (inner.tgz)"),
        (tarred({"inner.tar": tar(FILES)}), "an archive in an archive (inner.tar)"),
        (tarred({"inner.7z": b"7z\xbc\xaf\x27\x1c"}), "an archive in an archive (inner.7z)"),
        (tarred({"../up.json": b"x"}), "leads out of the archive"),
        (tarred(FILES, link(tarfile.SYMTYPE)), "a link, a device or has holes"),
        (tarred(FILES, link(tarfile.LNKTYPE)), "a link, a device or has holes"),
        (tarred(FILES, link(tarfile.FIFOTYPE)), "a link, a device or has holes"),
        (tarred(FILES)[:-9], "torn archive"),
        (gzip.compress(tar(FILES)[:1400]), "damaged tar"),
        (gzip.compress(tar(FILES).replace(b"a/1.json", b"a/1.jsoN", 1)), "damaged tar"),
        (gzip.compress(tar(FILES)[:3072]), "damaged tar"),
        (zipped({"big.csv": BIG}), "more than 200 times its size"),
        (tarred({"big.csv": BIG}), "more than 200 times its size"),
    ],
)  # fmt: skip
def test_an_archive_that_is_damaged_or_can_do_harm_is_refused_whole(
    read: Callable[..., list[Content]], data: bytes, reason: str
) -> None:
    (content,) = read(data)
    assert reason in content.reason
    assert not content.is_unpacked


def test_two_members_of_one_name_and_encrypted_ones_are_refused(read: Callable[..., list[Content]]) -> None:
    twice = zipped({"a.json": CHARGE % 1, "b.json": CHARGE % 2}).replace(b"b.json", b"a.json")
    assert "two members named a.json" in read(twice)[0].reason
    encrypted = bytearray(zipped(FILES))
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in read(bytes(encrypted))[0].reason


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(members=2), "more than 2 members (PAYLAKE_ARCHIVE_MEMBERS)"),
        (Limits(bytes=100), "MiB unpacked (PAYLAKE_ARCHIVE_MB)"),
    ],
)
def test_limits_are_kept_and_named(
    read: Callable[..., list[Content]], pack: Callable[[Files], bytes], limits: Limits, reason: str
) -> None:
    assert reason in read(pack(FILES), limits)[0].reason


def test_a_gzip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_UNMEASURED", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress((CHARGE % 1 + b"\n") * 100_000))
    (content,) = read_content(find_files([str(path)], pytest.fail)[0])
    assert isinstance(content, Content)
    made = FileTask(str(path), content.file_id, 1, 0.0, "stripe", "api_objects", "json", str(tmp_path / "s"))
    (verdict,) = parse_files([made])
    assert (verdict.state, "more than 200 times" in verdict.reason) == ("quarantined", True)
    assert not list((tmp_path / "s").rglob("*.parquet"))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_damaged_byte_never_changes_a_member_unnoticed(pack: Callable[[Files], bytes]) -> None:
    whole, refused = pack(FILES), 0
    for at in range(len(whole)):
        data = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        try:
            found = [stream_of(stream) for _, stream in members(io.BytesIO(data), LIMITS)]
        except Refused:
            refused += 1
        else:
            assert found == list(FILES.values()), at
    assert refused > len(whole) / 2


def stream_of(stream: object) -> bytes:
    data = b""
    while block := stream.read(100):  # type: ignore[attr-defined]
        data += block
    return data


def test_members_of_an_archive_are_read_in_few_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paylake.landing.workers.MOST_MEMBERS", 2)
    names = ["a.zip!1", "x.csv", "a.zip!2", "a.zip!3", "b.zip!1"]
    tasks = [FileTask(n, n, 1, 0.0, "p", "e", "v", "s", member=n.partition("!")[2]) for n in names]
    assert [[task.url for task in together] for together in in_passes(tasks)] == [
        ["a.zip!1", "a.zip!2"], ["x.csv"], ["a.zip!3"], ["b.zip!1"],
    ]  # fmt: skip
    assert FileTask(**json.loads(tasks[0].to_json())).opened == "a.zip"


def test_only_the_member_goes_to_quarantine(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(zipped(FILES))
    kept = [
        (f"{path}!{name}", Entry(1, sha256(data).hexdigest(), QUARANTINED, "", "", 1, "", 0.0, member=name))
        for name, data in FILES.items()
    ]
    quarantine.keep_all(tmp_path / "q", kept[1:], LIMITS)
    found = {p.name: p.read_bytes() for p in (tmp_path / "q").glob("*/*") if p.name != "reason.json"}
    assert found == {"1.json": CHARGE % 1, "2.json": CHARGE % 2}


@pytest.mark.parametrize("name", ["in/reason.json", 240 * "x" + ".csv", "in/a." + 199 * "x"])
def test_quarantine_keeps_a_member_whatever_its_name(tmp_path: Path, name: str) -> None:
    path, file_id = tmp_path / "d.zip", sha256(b"bad").hexdigest()
    path.write_bytes(zipped({name: b"bad"}))
    entry = Entry(1, file_id, QUARANTINED, "", "", 1, "", 0.0, member=name)
    quarantine.keep_all(tmp_path / "q", [(f"{path}!{name}", entry)], LIMITS)
    kept = quarantine.kept_file(tmp_path / "q", file_id)
    assert kept is not None
    assert kept.read_bytes() == b"bad"
    assert json.loads((tmp_path / "q" / file_id / "reason.json").read_text())["kept"] == kept.name
    quarantine.remove(tmp_path / "q", [file_id, "another"])
    assert list((tmp_path / "q").iterdir()) == []


def test_a_gzip_of_one_file_is_no_archive() -> None:
    assert not archives.is_archive(gzip.compress(CHARGE % 1))
    assert archives.is_archive(tarred(FILES)[:200])
