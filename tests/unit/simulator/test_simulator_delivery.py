"""Exports on their way: a failure means that damage goes unnoticed, or that what it costs is told wrongly."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import digest, text_of

from paylake.errors import UsageError
from paylake.landing.recognition import HEAD, recognise
from paylake.simulator import simulate
from paylake.simulator.clock import midnight
from paylake.simulator.delivery import Delivery, deliver
from paylake.simulator.delivery.content import File, contents
from paylake.simulator.delivery.damage import KINDS, possible
from paylake.simulator.delivery.missing import told
from paylake.simulator.delivery.settled import SETTLED
from paylake.simulator.dialects import DIALECTS
from paylake.simulator.ledger import Ledger, Movement
from paylake.simulator.merchant import run_merchant

Row = dict[str, Any]
START, END = midnight(date(2025, 1, 1)), midnight(date(2025, 3, 12))
ALL = Delivery(late=0.3, redelivered=0.3, disordered=0.5)
FILES = ("_file_id", "_file_path", "_record", "_header_version", "_ingested_at", "_batch")


@dataclass
class Sent:
    """What providers sent, and what happened there."""

    folder: Path
    ledgers: dict[str, Ledger]

    def deliver(self, folder: Path, options: Delivery, provider: str = "", seed: int = 1) -> list[Row]:
        """Deliver the exports of one provider, or all; returns the truth about damage."""
        ledgers = {name: one for name, one in self.ledgers.items() if provider in ("", name)}
        (folder / "truth").mkdir(parents=True)
        count = deliver(self.folder, folder, ledgers, seed, options)
        rows: list[Row] = pq.read_table(folder / "truth" / "damage.parquet").to_pylist()
        assert len(rows) == count
        return rows


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """A small merchant of every provider."""
    folder, ledgers = tmp_path_factory.mktemp("sent"), {}
    for name, dialect in DIALECTS.items():
        ledgers[name] = run_merchant(f"4:{name}", 6, START, END, dialect.naming(4), dialect.market)
        dialect.write(ledgers[name], folder / name, 4)
    return Sent(folder, ledgers)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def as_file(path: Path, folder: Path) -> File:
    provider, *parts = path.relative_to(folder).parts
    return File(provider, Path(*parts), 0, path.read_bytes())  # type: ignore[arg-type]


def hashes(paths: Iterable[Path]) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def landed(stage: Callable[..., Any], paths: Iterable[Path]) -> Counter[tuple[str, ...]]:
    """How often each row is in bronze once these files landed."""
    rows: Counter[tuple[str, ...]] = Counter()
    for path in paths:
        result = stage(path)
        assert (result.state, result.reason) == ("verified", ""), path
        for table, found in result.rows.items():
            for row in found:
                rows[(table, *(str(cell) for name, cell in row.items() if name not in FILES))] += 1
    return rows


@pytest.mark.parametrize("provider", DIALECTS)
def test_landing_keeps_out_whatever_is_damaged_and_says_why(
    sent: Sent, stage: Callable[..., Any], provider: str
) -> None:
    """Every kind of damage, of three files of each kind of export."""
    kinds: dict[tuple[str, str], list[File]] = {}
    for path in files(sent.folder / provider):
        if told(file := as_file(path, sent.folder), sent.ledgers[provider]):
            kind = recognise(file.data[:HEAD])
            kinds.setdefault((kind.export, "".join(path.suffixes[-2:])), []).append(file)
    seen = set()
    for found in kinds.values():
        for file in (found[0], found[len(found) // 2], found[-1]):
            for kind, data in possible(file).items():
                result = stage(data, f"{kind}-{file.path.name}")
                assert (result.state, bool(result.reason)) == ("quarantined", True), (file.path, kind)
                assert result.verdict.is_releasable == (kind == "total"), (file.path, kind, result.reason)
                seen.add(kind)
    totals = {"total"} if provider in ("affirm", "apple", "paypal") else set()
    assert seen >= {"cut", "nul", "undecodable"} | totals


def test_every_kind_of_damage_is_done_to_some_file(sent: Sent, tmp_path: Path) -> None:
    rows = sent.deliver(tmp_path, Delivery(damaged=0.6))
    assert {row["kind"] for row in rows} == KINDS.keys()


@pytest.mark.parametrize("provider", DIALECTS)
def test_late_twice_and_in_no_order_land_the_same_rows(
    sent: Sent, stage: Callable[..., Any], tmp_path: Path, provider: str
) -> None:
    """The same bytes land once, so only those that the other side has not are landed here."""
    assert sent.deliver(tmp_path, ALL, provider) == []
    before, after = (
        {path.read_bytes(): path for path in files(folder)} for folder in (sent.folder / provider, tmp_path / "exports")
    )
    changed = landed(stage, (path for data, path in after.items() if data not in before))
    assert changed == landed(stage, (path for data, path in before.items() if data not in after))
    assert bool(changed) == (provider != "paypal"), "lines with record types are neither shuffled nor split"


share = st.sampled_from((0.0, 0.01, 0.2, 1.0))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.builds(Delivery, late=share, redelivered=share, disordered=share, damaged=share),
    st.integers(1, 9),
    st.sampled_from(list(DIALECTS)),
)
def test_whatever_happens_every_record_is_delivered_damaged_or_not(
    sent: Sent, tmp_path_factory: pytest.TempPathFactory, options: Delivery, seed: int, provider: str
) -> None:
    folder = tmp_path_factory.mktemp("delivered")
    rows = sent.deliver(folder, options, provider, seed)
    damaged = {row["file_id"] for row in rows}
    exports = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files(folder / "exports")}
    whole = {path.read_bytes(): path for name, path in exports.items() if name not in damaged}
    whole |= {path.read_bytes(): path for path in files(folder / "repairs")}
    found: Counter[str] = Counter()
    for path in whole.values():
        base = path.parents[len(path.relative_to(folder).parts) - 3]
        found.update(contents(as_file(path, base)))
    expected: Counter[str] = Counter()
    for data, path in {path.read_bytes(): path for path in files(sent.folder / provider)}.items():
        assert data
        expected.update(contents(as_file(path, sent.folder)))
    assert found == expected
    assert damaged <= exports.keys()
    assert {str(exports[row["file_id"]].relative_to(folder / "exports")) for row in rows} == {
        row["path"] for row in rows
    }


def is_settled(provider: str, one: Movement) -> bool:
    """Whether a settlement export tells of a movement: PayPal's of all, others' of what is in a payout."""
    if one.kind == "payout":
        return False
    if provider == "paypal":
        return True
    of_a_sale = {"apple": ("capture", "refund"), "braintree": ("capture", "refund")}
    return one.payout_id is not None and one.kind in of_a_sale.get(provider, (one.kind,))


@pytest.mark.parametrize("provider", SETTLED)
def test_settlement_exports_tell_the_money_of_the_ledger(sent: Sent, provider: str) -> None:
    nets: dict[tuple[str, ...], Counter[str]] = {}
    for path in files(sent.folder / provider):
        own: dict[tuple[str, ...], Counter[str]] = {}
        for one in told(as_file(path, sent.folder), sent.ledgers[provider]):
            if one.currency:
                own.setdefault(one.key, Counter())[one.currency] += one.net
        nets |= own
    found: Counter[str] = Counter()
    for net in nets.values():
        found.update(net)
    expected: Counter[str] = Counter()
    for movement in sent.ledgers[provider].movements:
        if is_settled(provider, movement):
            expected[movement.currency.upper()] += movement.net
    assert expected
    assert {name: net for name, net in found.items() if net} == {name: net for name, net in expected.items() if net}


def test_what_is_missing_is_what_no_other_file_tells(sent: Sent, tmp_path: Path) -> None:
    """Against a reading of Affirm's reports of its own: all deposits less those that are still told."""
    rows = sent.deliver(tmp_path, Delivery(redelivered=0.3, damaged=0.4), "affirm")
    currencies = {one.id: one.currency.upper() for one in sent.ledgers["affirm"].payouts}

    def deposits(paths: Iterable[Path]) -> dict[str, Counter[tuple[str, ...]]]:
        most: dict[str, Counter[tuple[str, ...]]] = {}
        for path in (path for path in paths if "settlement" in path.parts):
            lines = list(csv.DictReader(text_of(path).splitlines()))
            names = ("deposit_id", "charge_id", "event_type", "total_settled")
            for currency in set(currencies.values()):
                own = [line for line in lines if currencies[line["deposit_id"]] == currency]
                told_here = Counter(tuple(line[name] for name in names) for line in own)
                most[currency] = most.get(currency, Counter()) | told_here
        return most

    damaged = {row["file_id"] for row in rows}
    intact = [path for path in files(tmp_path / "exports") if not hashes([path]) & damaged]
    everything, left = deposits(files(sent.folder / "affirm")), deposits(intact)
    for currency in ("USD", "CAD"):
        lost = everything[currency] - left[currency]
        own = [row for row in rows if row["currency"] == currency]
        assert sum(row["missing_records"] for row in own) == lost.total()
        cents = sum(round(float(line[3]) * 100) * count for line, count in lost.items())
        assert sum(row["missing_minor"] for row in own) == cents != 0
    assert any(row["missing_records"] < row["records"] for row in rows)


def test_deliveries_are_months_and_late_files_come_in_later_ones(sent: Sent, tmp_path: Path) -> None:
    sent.deliver(tmp_path / "in time", Delivery(disordered=0.01), "paypal")
    sent.deliver(tmp_path / "late", Delivery(late=0.5), "paypal")
    names = [entry.name for entry in sorted((tmp_path / "in time" / "exports").iterdir())]
    assert names == ["01-2025-01", "02-2025-02", "03-2025-03"]
    where = [{path.name: path.relative_to(tmp_path / how).parts[1] for path in files(tmp_path / how / "exports")}
             for how in ("in time", "late")]  # fmt: skip
    in_time, late = where
    assert all(name[4:10] == delivery[3:].replace("-", "") for name, delivery in in_time.items())
    assert all(delivery >= in_time[name] for name, delivery in late.items())
    assert 0.4 < sum(late[name] > delivery for name, delivery in in_time.items()) / len(in_time) < 0.6


def test_the_same_bytes_come_again_under_both_names(sent: Sent, tmp_path: Path) -> None:
    sent.deliver(tmp_path, Delivery(redelivered=0.3), "stripe")
    names: dict[bytes, list[Path]] = {}
    for path in files(tmp_path / "exports"):
        names.setdefault(path.read_bytes(), []).append(path)
    twice = [found for found in names.values() if len(found) == 2]
    assert twice
    assert {len({path.name for path in found}) for found in twice} == {1, 2}
    assert set(names) == {path.read_bytes() for path in files(sent.folder / "stripe")}


def test_one_share_does_not_change_what_the_others_choose(sent: Sent, tmp_path: Path) -> None:
    one = sent.deliver(tmp_path / "one", Delivery(damaged=0.2), "adyen")
    other = sent.deliver(tmp_path / "other", Delivery(damaged=0.2, redelivered=0.5), "adyen")
    assert [row["path"] for row in one] == [row["path"] for row in other]


def test_a_simulation_with_deliveries_is_repeatable_and_replaces_one_without(tmp_path: Path) -> None:
    what: dict[str, Any] = {"seed": 2, "customers": 3, "days": 40, "out": tmp_path / "m"}
    plain = simulate(**what)
    before = digest(plain.exports)
    first = simulate(**what, delivery=Delivery(0.2, 0.2, 0.2, 0.2))
    assert not first.is_unchanged
    assert first.truth_rows["damage"] > 0
    assert (tmp_path / "m" / "repairs").is_dir()
    again = simulate(**(what | {"out": tmp_path / "n"}), delivery=Delivery(0.2, 0.2, 0.2, 0.2))
    assert digest(tmp_path / "m") == digest(tmp_path / "n")
    assert simulate(**what, delivery=Delivery(0.2, 0.2, 0.2, 0.2)).is_unchanged
    assert digest(simulate(**what).exports) == before
    assert sorted(entry.name for entry in (tmp_path / "m").iterdir()) == ["exports", "manifest.json", "truth"]
    assert not again.is_unchanged


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(wrong: float) -> None:
    with pytest.raises(UsageError, match="late"):
        Delivery(late=wrong)
