"""The protocol without Spark: whatever crashes, vanishes or comes again, a row is in bronze once or told as lost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landing_memory import POINTS, WHOLE, Merchant

from paylake.landing import protocol


@pytest.fixture
def merchant(tmp_path: Path) -> Merchant:
    return Merchant(tmp_path)


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_every_point_heals_with_the_next_landing(merchant: Merchant, point: str) -> None:
    merchant.deliver(1, 2)
    merchant.deliver(3, good=False)
    assert merchant.land(point) is None
    merchant.deliver(4)
    healed = merchant.land()
    assert healed is not None
    assert len({verdict.path for verdict in healed.files}) == len(healed.files) == 4
    assert (healed.counts["lost"], healed.counts["quarantined"]) == (0, 1)
    assert list(merchant.lake.rows_of_files().values()) == [WHOLE] * 3
    assert sum(files for files, _, _ in merchant.lake.ledger.batches.values()) == 3
    assert sum(rows for _, rows, _ in merchant.lake.ledger.batches.values()) == 9
    merchant.check_whole()


RUNS = st.lists(
    st.tuples(
        st.sampled_from([*POINTS, ""]),
        st.sampled_from(["nothing", "staging", "sources", "both"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150)
@given(RUNS)
def test_any_sequence_of_crashes_and_losses_heals_when_what_was_lost_is_delivered_again(
    runs: list[tuple[str, str, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        merchant = Merchant(Path(folder))
        for number, (point, disaster, good) in enumerate(runs):
            merchant.deliver(number, good=good)
            merchant.land(point)
            if disaster in ("staging", "both"):
                merchant.lose_staging()
            if disaster in ("sources", "both"):
                merchant.lose_sources()
        merchant.land()
        merchant.check_whole()


def test_a_file_that_was_appended_in_part_and_then_lost_is_completed_by_its_next_delivery(merchant: Merchant) -> None:
    merchant.deliver(1, 2)
    merchant.land("inside append customers")
    merchant.lose_staging()
    merchant.lose_sources()
    lost = merchant.land()
    assert lost is not None
    assert lost.counts["lost"] == 2
    assert [set(rows) for rows in merchant.lake.rows_of_files().values()] == [{"charges"}] * 2
    merchant.check_whole()


def test_copies_of_one_file_in_a_batch_share_its_fate(merchant: Merchant) -> None:
    merchant.deliver(1)
    merchant.deliver(2, good=False)
    for path in list(merchant.exports.iterdir()):
        shutil.copy(path, path.with_stem(f"{path.stem}-copy"))
    for first in (True, False):
        summary = merchant.land()
        assert summary is not None
        told = {Path(verdict.path).stem: verdict for verdict in summary.files}
        good = sorted(told[name].status for name in ("good1", "good1-copy"))
        assert good == ["already_landed", "landed" if first else "already_landed"]
        assert told["bad2-copy"].status == told["bad2"].status == "quarantined"
        assert told["bad2-copy"].reason == told["bad2"].reason
        assert summary.exit_code == 3


def test_names_and_order_do_not_matter_and_other_bytes_under_a_name_are_a_new_file(merchant: Merchant) -> None:
    merchant.deliver(1, 2)
    merchant.land()
    for path in sorted(merchant.exports.iterdir(), reverse=True):
        shutil.copy(path, merchant.exports / f"{path.stem[::-1]}.dat")
    again = merchant.land()
    assert again is not None
    assert (again.rows, again.counts["already_landed"]) == (0, 4)
    merchant.deliver(3)
    (merchant.exports / "good3.jsonl").replace(merchant.exports / "good1.jsonl")
    new = merchant.land()
    assert new is not None
    assert (new.rows, new.counts["landed"]) == (3, 1)


def test_bronze_that_lacks_rows_of_its_ledger_stops_the_landing(merchant: Merchant) -> None:
    merchant.deliver(1)
    merchant.lake.append = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(Exception, match="0 rows of batch 1, and 2 were staged"):
        merchant.land()


@pytest.mark.parametrize("point", [*POINTS, ""])
def test_members_of_an_archive_land_once_wherever_the_landing_of_it_stops(merchant: Merchant, point: str) -> None:
    merchant.deliver_archive(1, 2)
    assert (merchant.land(point) is None) == bool(point)
    for _ in range(2):
        again = merchant.land()
        assert again is not None
        assert again.counts["unpacked"] == again.counts["quarantined"] == 1
        assert again.counts["landed"] + again.counts["already_landed"] == 2
        assert [verdict.status for verdict in again.files if verdict.path.endswith("all.zip!in/bad0.jsonl")] == [
            "quarantined"
        ]
        assert again.exit_code == 3
    assert list(merchant.lake.rows_of_files().values()) == [WHOLE] * 2
    assert {path.name for path in (merchant.settings.lake_path / "quarantine").glob("*/*")} == {
        "bad0.jsonl",
        "reason.json",
    }
    merchant.deliver(1, 2)
    loose = merchant.land()
    assert loose is not None
    assert (loose.rows, loose.counts["already_landed"]) == (0, 4)


def test_members_that_another_version_kept_out_are_judged_anew(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.deliver_archive(1)
    for version in ("old", "old", "new"):
        monkeypatch.setattr(protocol, "version_of", lambda _, version=version: version)
        summary = merchant.land()
        assert summary is not None
        assert summary.counts["quarantined"] == 1
    judged = [entry.parser for entry in merchant.lake.ledger.rows if entry.state == "quarantined" and entry.member]
    assert judged == ["old", "new"]
    assert list(merchant.lake.rows_of_files().values()) == [WHOLE]
