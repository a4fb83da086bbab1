"""Decisions: a failing test means that a file enters twice, unasked or unnoted, or is forgotten in quarantine."""

from __future__ import annotations

import json
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landing_memory import ODD, POINTS, WHOLE, Merchant

from paylake.errors import UsageError
from paylake.landing import decisions, protocol
from paylake.landing.cases import Case, choose
from paylake.providers import PROVIDERS

CARD = "4242424242424242"
WITH_CARD = f'{{"id":"ch_1","object":"charge","note":"{CARD}"}}'
RELEASE_POINTS = tuple(
    point.replace("charges", "charge_events").replace("customers", "transactions")
    for point in POINTS
    if "discover" not in point
)
DISCARD_POINTS = ("before recover", "after recover", "before discard", "inside discard", "after discard")


@pytest.fixture
def merchant(tmp_path: Path) -> Merchant:
    return Merchant(tmp_path)


def statuses(summary: object) -> list[str]:
    return sorted(verdict.status for verdict in summary.files)  # type: ignore[attr-defined]


def check_landed(merchant: Merchant, file_id: str, path: str) -> None:
    """The file is in bronze once, as delivered at the path; the ledger says who let it in; nothing is kept of it."""
    assert merchant.lake.rows_of_files()[file_id] == ODD
    assert merchant.lake.paths[file_id] == {path}
    entry = merchant.history.landed[file_id]
    assert (entry.decided_by, entry.because, entry.path) == ("anna", "checked by hand", path)
    assert merchant.cases[file_id].state == "landed"
    assert merchant.kept(file_id) is None


def test_a_released_file_lands_from_quarantine_under_the_path_where_it_was_delivered(merchant: Merchant) -> None:
    odd = merchant.deliver_odd(1)
    assert statuses(merchant.land()) == ["quarantined"]
    assert merchant.cases[odd].is_releasable
    merchant.lose_sources()
    released = merchant.release(odd[:8])
    assert released is not None
    assert (statuses(released), released.rows, released.exit_code) == (["landed"], 2, 0)
    check_landed(merchant, odd, str(merchant.exports / "odd1.jsonl"))
    decided = [entry.state for entry in merchant.lake.ledger.rows if entry.is_released]
    assert decided == ["claimed", "verified", "landed"]
    assert merchant.lake.ledger.batches[released.batch] == (1, 2, 0)
    merchant.deliver_again()
    assert statuses(merchant.land()) == ["already_landed"]
    assert statuses(merchant.release(odd)) == ["already_landed"]
    assert merchant.lake.rows_of_files() == {odd: ODD}


@pytest.mark.parametrize("point", RELEASE_POINTS)
def test_a_crash_at_every_point_of_a_release_heals_as_released(merchant: Merchant, point: str) -> None:
    odd = merchant.deliver_odd(1)
    merchant.land()
    merchant.lose_sources()
    assert merchant.release(odd, crash_at=point) is None
    merchant.lose_staging()
    healed = merchant.land()
    assert healed is not None
    assert healed.counts["lost"] == healed.counts["quarantined"] == 0
    state = merchant.cases[odd].state
    assert (state, bool(merchant.kept(odd))) in (("landed", False), ("quarantined", True))
    again = merchant.release(odd)
    assert statuses(again) == ["already_landed" if state == "landed" else "landed"]
    check_landed(merchant, odd, str(merchant.exports / "odd1.jsonl"))
    assert not list((merchant.settings.lake_path / "staging").glob("*"))


@pytest.mark.parametrize("point", RELEASE_POINTS)
def test_the_same_release_again_finishes_one_that_crashed(merchant: Merchant, point: str) -> None:
    odd = merchant.deliver_odd(1)
    merchant.land()
    merchant.release(odd, crash_at=point)
    again = merchant.release(odd)
    assert again is not None
    assert statuses(again) in (["landed"], ["already_landed"])
    check_landed(merchant, odd, str(merchant.exports / "odd1.jsonl"))


def test_a_member_of_an_archive_is_released_alone(merchant: Merchant) -> None:
    odd, torn = merchant.deliver_odd(1), merchant.deliver_odd(2, end='{"half')
    with zipfile.ZipFile(merchant.exports / "all.zip", "w") as archive:
        for name in merchant.delivered:
            archive.write(merchant.exports / name, f"in/{name}")
            (merchant.exports / name).unlink()
    assert statuses(merchant.land()) == ["quarantined", "quarantined", "unpacked"]
    data = (merchant.exports / "all.zip").read_bytes()
    merchant.lose_sources()
    assert merchant.release(odd, crash_at="after stage") is None
    assert statuses(merchant.release(odd)) == ["landed"]
    check_landed(merchant, odd, str(merchant.exports / "all.zip!in/odd1.jsonl"))
    assert statuses(merchant.release(torn)) == ["quarantined"]
    assert merchant.kept(torn) == merchant.delivered["odd2.jsonl"]
    (merchant.exports / "all.zip").write_bytes(data)
    assert statuses(merchant.land()) == ["already_landed", "quarantined", "unpacked"]


def test_a_released_file_that_is_refused_all_the_same_stays_with_its_new_reason(merchant: Merchant) -> None:
    torn = merchant.deliver_odd(1, end='{"half')
    merchant.land()
    merchant.lose_sources()
    refused = merchant.release(torn)
    assert refused is not None
    assert (statuses(refused), refused.exit_code) == (["quarantined"], 3)
    assert "half a record" in refused.files[0].reason
    assert merchant.kept(torn) == merchant.delivered["odd1.jsonl"]
    note = json.loads((merchant.settings.lake_path / "quarantine" / torn / "reason.json").read_text())
    assert (note["kept"], note["is_releasable"]) == ("odd1.jsonl", False)
    assert "half a record" in note["reason"]
    with pytest.raises(UsageError, match="half a record"):
        merchant.release(torn)
    merchant.deliver_again()
    assert statuses(merchant.land()) == ["quarantined"]


@pytest.mark.parametrize("text", [WITH_CARD, '{"id":"ch_1","obj', "Dear Sir"])
def test_a_card_damage_or_an_unknown_file_is_never_released_and_holds_back_the_others(
    merchant: Merchant, text: str
) -> None:
    bad, odd = merchant.put("bad.jsonl", text), merchant.deliver_odd(1)
    merchant.land()
    before = list(merchant.lake.ledger.rows)
    with pytest.raises(UsageError, match=r"bad\.jsonl cannot be released") as refused:
        merchant.release(odd, bad)
    assert f"quarantine discard {bad[:12]}" in refused.value.fix
    assert CARD not in str(refused.value)
    assert merchant.lake.ledger.rows == before


def test_a_file_of_a_provider_that_is_gone_waits_for_it(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = merchant.deliver_odd(1)
    merchant.land()
    with monkeypatch.context() as without:
        without.delitem(PROVIDERS, "affirm")
        with pytest.raises(UsageError, match="cannot be released: unrecognised"):
            merchant.release(odd)
    assert merchant.cases[odd].is_releasable
    assert statuses(merchant.release(odd)) == ["landed"]


def test_kept_bytes_that_are_gone_or_others_are_not_released(merchant: Merchant) -> None:
    odd = merchant.deliver_odd(1)
    merchant.land()
    home = merchant.settings.lake_path / "quarantine" / odd
    (home / "odd1.jsonl").write_bytes(merchant.delivered["odd1.jsonl"] + b"\n")
    for _ in range(2):
        with pytest.raises(UsageError, match="no longer kept, or were changed"):
            merchant.release(odd)
        (home / "odd1.jsonl").unlink(missing_ok=True)
    (home / "reason.json").unlink()
    (merchant.exports / "odd1.jsonl").rename(merchant.exports / "copied.jsonl")
    merchant.land()
    assert statuses(merchant.release(odd)) == ["landed"]
    check_landed(merchant, odd, str(merchant.exports / "copied.jsonl"))


@pytest.mark.parametrize("point", [*DISCARD_POINTS, ""])
def test_a_discarded_file_leaves_its_row_and_no_bytes_wherever_the_discarding_stops(
    merchant: Merchant, point: str
) -> None:
    bad = merchant.put("bad.jsonl", WITH_CARD)
    merchant.land()
    assert (merchant.discard(bad, crash_at=point) is None) == bool(point)
    done = merchant.discard(bad)
    assert done is not None
    assert (statuses(done), done.exit_code) == (["discarded"], 0)
    assert merchant.kept(bad) is None
    rows = [entry for entry in merchant.lake.ledger.rows if entry.state == "discarded"]
    assert [(entry.decided_by, entry.because) for entry in rows] == [("ben", "a test of theirs")]
    assert rows[0].reason == merchant.cases[bad].verdict.reason
    assert not merchant.cases[bad].is_open
    (merchant.exports / "bad.jsonl").rename(merchant.exports / f"{CARD}.jsonl")
    for _ in range(2):
        told = merchant.land()
        assert told is not None
        assert (statuses(told), told.exit_code, told.rows) == (["discarded"], 0, 0)
        assert "by ben: a test of theirs" in told.files[0].reason
        assert "1 discarded" in str(told)
    assert merchant.kept(bad) is None


def test_a_discard_that_was_killed_before_the_bytes_went_is_tidied_by_the_next_landing(merchant: Merchant) -> None:
    odd = merchant.deliver_odd(1)
    merchant.land()
    merchant.discard(odd, crash_at="inside discard")
    assert merchant.kept(odd) is not None
    merchant.land()
    assert merchant.kept(odd) is None


def test_another_version_does_not_judge_what_was_discarded_and_takes_no_member_of_it(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.settings.archive_members = 1
    merchant.deliver_archive(1)
    assert statuses(merchant.land()) == ["quarantined"]
    merchant.discard("all.zip")
    merchant.settings.archive_members = 10
    monkeypatch.setattr(protocol, "version_of", lambda _: "new")
    for name in ("all.zip", "again.zip"):
        (merchant.exports / "all.zip").rename(merchant.exports / name)
        assert statuses(merchant.land()) == ["discarded"]
        (merchant.exports / name).rename(merchant.exports / "all.zip")
    assert merchant.lake.rows == {}


def test_what_another_version_takes_leaves_quarantine(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    merchant.settings.archive_members = 1
    merchant.deliver_archive(1)
    merchant.land()
    (archive,) = merchant.cases.values()
    assert (archive.state, bool(merchant.kept(archive.file_id))) == ("quarantined", True)
    merchant.settings.archive_members = 10
    monkeypatch.setattr(protocol, "version_of", lambda _: "new")
    assert statuses(merchant.land()) == ["landed", "quarantined", "unpacked"]
    merchant.land()
    assert merchant.cases[archive.file_id].state == "unpacked"
    assert merchant.kept(archive.file_id) is None
    with pytest.raises(UsageError, match="no longer in quarantine: unpacked in batch 2"):
        merchant.discard("all.zip")


def test_what_was_decided_once_stays_decided(merchant: Merchant) -> None:
    first, second = merchant.deliver_odd(1), merchant.deliver_odd(2)
    merchant.land()
    merchant.release(first)
    merchant.discard(second)
    with pytest.raises(UsageError, match="no longer in quarantine: landed in batch 2 by anna: checked by hand"):
        merchant.discard(first)
    with pytest.raises(UsageError, match="no longer in quarantine: discarded in batch 3 by ben: a test of theirs"):
        merchant.release(second)


def test_a_decision_needs_a_reason_and_shows_no_card(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        decisions._decision("anna", " \n")
    noted = decisions._decision(None, f"card {CARD}\n  of a test")
    assert noted.because == "card 424242******4242 of a test"
    assert noted.by


def named(merchant: Merchant, name: str) -> list[Case]:
    return choose(list(merchant.cases.values()), [name])


def test_a_file_is_named_by_its_id_or_its_path_and_never_guessed(merchant: Merchant) -> None:
    first, second = merchant.deliver_odd(1), merchant.deliver_odd(2)
    merchant.land()
    path = merchant.exports / "odd1.jsonl"
    for name in (first, first[:4], str(path), "odd1.jsonl", "exports/odd1.jsonl", "./exports/odd1.jsonl"):
        assert [case.file_id for case in named(merchant, name)] == [first], name
    for name in (first[:3], "dd1.jsonl", "nothing", CARD, ""):
        with pytest.raises(UsageError, match="No file that is or was in quarantine") as unknown:
            named(merchant, name)
        assert CARD not in str(unknown.value)
    path.write_bytes((merchant.exports / "odd2.jsonl").read_bytes())
    merchant.land()
    with pytest.raises(UsageError, match="fits 2 files") as ambiguous:
        named(merchant, "odd1.jsonl")
    assert first[:12] in str(ambiguous.value)
    assert second[:12] in str(ambiguous.value)
    merchant.discard(first)
    assert [case.file_id for case in named(merchant, "odd1.jsonl")] == [second]


KINDS = ("good", "odd", "odd and torn", "torn", "card")
STEP = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from(KINDS)),
    st.tuples(st.just("land"), st.sampled_from(["", *POINTS])),
    st.tuples(st.just("release"), st.integers(0, 5), st.sampled_from(["", *RELEASE_POINTS])),
    st.tuples(st.just("discard"), st.integers(0, 5), st.sampled_from(["", *DISCARD_POINTS])),
    st.tuples(st.just("lose"), st.sampled_from(["staging", "sources"])),
)


def deliver(merchant: Merchant, number: int, kind: str) -> str:
    charge = f'{{"id":"ch_{number}x","object":"charge"'
    if kind == "good":
        customer = f'{{"id":"cus_{number}x","object":"customer"}}'
        return merchant.put(f"{number}.jsonl", f"{charge}}}\n{charge}}}\n{customer}\n")
    if kind.startswith("odd"):
        return merchant.deliver_odd(number, end='{"half' if "torn" in kind else "")
    return merchant.put(f"{number}.jsonl", charge + (f',"note":"{CARD}"}}' if kind == "card" else ""))


@settings(max_examples=100)
@given(st.lists(STEP, max_size=12))
def test_any_sequence_of_deliveries_decisions_and_crashes_leaves_each_file_in_one_place(
    steps: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        merchant = Merchant(Path(folder))
        kinds: dict[str, str] = {}
        for number, (action, *details) in enumerate([("deliver", "odd"), ("land", ""), *steps]):
            if action == "deliver":
                kinds[deliver(merchant, number, str(details[0]))] = str(details[0])
            elif action == "land":
                merchant.land(str(details[0]))
            elif action == "lose":
                merchant.lose_staging() if details == ["staging"] else merchant.lose_sources()
            else:
                name = list(kinds)[int(str(details[0])) % len(kinds)]
                with suppress(UsageError):
                    getattr(merchant, str(action))(name, crash_at=str(details[1]))
        merchant.land()
        merchant.deliver_again()
        last = merchant.land()
        assert last is not None
        check_places(merchant, kinds, {verdict.file_id: verdict.status for verdict in last.files})


def check_places(merchant: Merchant, kinds: dict[str, str], told: dict[str, str]) -> None:
    """Each file is whole in bronze, or kept in quarantine, or discarded; ledger, cases and verdicts say the same."""
    rows, history, cases = merchant.lake.rows_of_files(), merchant.history, merchant.cases
    assert rows.keys() == history.landed.keys()
    assert not history.unfinished
    for file_id, kind in kinds.items():
        case = cases.get(file_id)
        if file_id in rows:
            assert rows[file_id] == {"good": WHOLE, "odd": ODD}[kind]
            assert told[file_id] in ("landed", "already_landed")
            assert (case.state if case else "", history.landed[file_id].decided_by) == (
                ("landed", "anna") if kind == "odd" else ("", "")
            )
        else:
            assert case is not None
            assert case.state == told[file_id]
            assert (file_id in history.discarded) == (case.state == "discarded")
            assert case.is_open == (case.state == "quarantined")
        assert (merchant.kept(file_id) is not None) == (told[file_id] == "quarantined")
