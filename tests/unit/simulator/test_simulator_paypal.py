"""PayPal's simulated files: a failure means that landing would refuse them, or that they contradict the truth."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from readers import digest, truth

from paylake.simulator import simulate

Row = dict[str, str]


@pytest.fixture(scope="module")
def paypal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A merchant of PayPal alone."""
    out = tmp_path_factory.mktemp("paypal") / "merchant"
    return simulate(seed=12, customers=1, start=date(2025, 1, 1), days=100, providers=("paypal",), out=out).out


def files(merchant: Path, kind: str) -> list[Path]:
    return sorted((merchant / "exports" / "paypal" / kind).iterdir())


def rows(path: Path) -> Iterator[Row]:
    """The rows of a report under their names."""
    header: list[str] = []
    for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
        if cells[0] == "CH":
            header = cells
        elif cells[0] == "SB":
            yield dict(zip(header, cells, strict=True))


def settled(merchant: Path) -> list[Row]:
    """Every transaction of the settlement reports once."""
    return list({row["Transaction ID"]: row for path in files(merchant, "stl") for row in rows(path)}.values())


def minor(row: Row, part: str) -> int:
    sign = row["Transaction Debit or Credit" if part == "Gross Transaction" else "Fee Debit or Credit"]
    hundredths = int(row[f"{part} Amount"] or 0) * (-1 if sign == "DR" else 1)
    is_yen = row["Gross Transaction Currency"] == "JPY"
    assert not is_yen or hundredths % 100 == 0
    return hundredths // 100 if is_yen else hundredths


def test_every_file_lands_without_a_notice(stage: Callable[..., Any], paypal: Path) -> None:
    for kind, table in (("stl", "settlement"), ("trr", "transaction_detail")):
        found = files(paypal, kind)
        for path in [*found[:3], *found[-3:], *(path for path in found if ".02." in path.name)]:
            result = stage(path)
            assert (result.state, result.reason, list(result.verdict.notices)) == ("verified", "", []), path.name
            assert len(result.rows[table]) == len(list(rows(path)))


def test_a_report_has_the_layout_of_its_version(paypal: Path) -> None:
    versions = Counter(path.suffixes[-2] for path in files(paypal, "stl"))
    assert versions.keys() == {".008", ".009"}
    for path in files(paypal, "stl"):
        is_new = ".009." in path.name
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == is_new
        assert all(len(row) == (22 if is_new else 19) for row in rows(path))
    assert all(len(row) == 55 for path in files(paypal, "trr") for row in rows(path))


def test_settlement_reports_are_the_movements(paypal: Path) -> None:
    found = {row["Transaction ID"]: (minor(row, "Gross Transaction"), minor(row, "Fee")) for row in settled(paypal)}
    movements = truth(paypal, "balance_movements")
    assert found == {one["movement_id"]: (one["gross_minor"], one["fee_minor"]) for one in movements}
    kinds = Counter(one["type"] for one in movements)
    assert kinds.keys() >= {"capture", "refund", "dispute", "fee", "fx", "payout", "correction"}


def test_a_conversion_is_a_pair_that_empties_the_currency(paypal: Path) -> None:
    conversions: dict[str, list[Row]] = {}
    for row in settled(paypal):
        if row["Transaction Event Code"] == "T0200":
            conversions.setdefault(row["PayPal Reference ID"], []).append(row)
    assert len(conversions) > 5
    for pair in conversions.values():
        assert [row["Gross Transaction Currency"] for row in pair] == ["JPY", "USD"]
        assert len({row["Transaction Debit or Credit"] for row in pair}) == 2
    yen = [one["net_minor"] for one in truth(paypal, "balance_movements") if one["currency"] == "JPY"]
    assert yen
    assert sum(yen) == 0


def test_details_tell_authorisations_denials_and_later_states(paypal: Path) -> None:
    last = {row["Transaction ID"]: row for path in files(paypal, "trr") for row in rows(path)}
    told = Counter((row["Transaction Event Code"], row["Transactional Status"]) for row in last.values())
    assert {("T1300", "S"), ("T0006", "D"), ("T0006", "F"), ("T0006", "V"), ("T0400", "S")} <= told.keys()
    attempts = truth(paypal, "payment_attempts")
    assert told["T0006", "D"] == sum(one["outcome"] == "declined" for one in attempts)
    assert told["T1300", "S"] == sum(one["outcome"] == "succeeded" for one in attempts)


def test_a_report_made_again_has_other_bytes_and_the_same_rows(paypal: Path) -> None:
    again = [path for path in files(paypal, "stl") if ".02." in path.name]
    assert again
    for path in again:
        first = path.with_name(path.name.replace(".02.", ".01."))
        assert first.read_bytes() != path.read_bytes()
        assert list(rows(first)) == list(rows(path))


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(seed=2, customers=1, days=20, providers=("paypal",), out=tmp_path / name)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
