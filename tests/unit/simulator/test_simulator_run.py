"""A simulation is whole or not there, and the same twice: a failure means demos and tests stand on sand."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from readers import digest, truth

from paylake.errors import UsageError
from paylake.simulator import run, simulate

TINY = {"customers": 5, "days": 60}


def test_same_arguments_same_bytes_and_another_seed_another_merchant(tmp_path: Path) -> None:
    one = simulate(seed=7, out=tmp_path / "one", **TINY)  # type: ignore[arg-type]
    simulate(seed=7, out=tmp_path / "deeper" / "two", **TINY)  # type: ignore[arg-type]
    simulate(seed=8, out=tmp_path / "three", **TINY)  # type: ignore[arg-type]
    assert digest(tmp_path / "one") == digest(tmp_path / "deeper" / "two")
    assert digest(tmp_path / "one" / "exports") != digest(tmp_path / "three" / "exports")
    assert "5 customers" in str(one)


def test_the_same_again_touches_nothing_and_other_parameters_replace(tmp_path: Path) -> None:
    out = tmp_path / "m"
    first = simulate(seed=1, out=out, **TINY)  # type: ignore[arg-type]
    written = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    (out / "notes.txt").write_text("a reader's own")
    again = simulate(seed=1, out=out, **TINY)  # type: ignore[arg-type]
    assert again.is_unchanged
    assert (again.records, again.truth_rows) == (first.records, first.truth_rows)
    assert {path: path.stat().st_mtime_ns for path in written if path != out} == {
        path: when for path, when in written.items() if path != out
    }
    with pytest.raises(UsageError, match=r"notes\.txt"):
        simulate(seed=2, out=out, **TINY)  # type: ignore[arg-type]
    (out / "notes.txt").unlink()
    assert not simulate(seed=2, out=out, **TINY).is_unchanged  # type: ignore[arg-type]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["m"]


def test_a_simulation_is_summed_up_by_the_truth_of_whichever_provider(tmp_path: Path) -> None:
    summary = simulate(seed=1, customers=1, days=40, providers=("google_play",), out=tmp_path / "m")
    movements, payouts = (len(truth(tmp_path / "m", name)) for name in ("balance_movements", "payouts"))
    assert movements
    assert payouts
    assert str(summary).endswith(f"{movements} balance movements, {payouts} payouts in {tmp_path / 'm' / 'exports'}")


def test_what_is_not_ours_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    before = digest(tmp_path)
    with pytest.raises(UsageError, match=r"not empty.*\n.*nothing was changed"):
        simulate(out=tmp_path, **TINY)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is a file"):
        simulate(out=tmp_path / "thesis.txt", **TINY)  # type: ignore[arg-type]
    assert digest(tmp_path) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"customers": 0},
        {"providers": ["bank"]},
        {"providers": []},
        {"days": 0},
        {"start": date(1960, 1, 1)},
        {"start": date(2099, 1, 1), "days": 999},
    ],
)
def test_parameters_out_of_range(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        simulate(out=tmp_path / "m", **(TINY | wrong))  # type: ignore[arg-type]
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    "last_words", ["Simulating the merchant at stripe", "Writing the exports of stripe", "Writing the truth"]
)
def test_a_kill_leaves_the_earlier_simulation(tmp_path: Path, last_words: str) -> None:
    out = tmp_path / "m"
    simulate(seed=1, out=out, **TINY)  # type: ignore[arg-type]
    before = digest(out)

    def die(text: str) -> None:
        if text == last_words:
            os._exit(9)

    child = os.fork()
    if child == 0:
        simulate(seed=2, out=out, progress=die, **TINY)  # type: ignore[arg-type]
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert digest(out) == before
    assert not simulate(seed=2, out=out, **TINY).is_unchanged  # type: ignore[arg-type]


def test_an_error_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> dict[str, int]:
        raise OSError("disk full")

    monkeypatch.setattr(run, "write_truth", broken)
    with pytest.raises(OSError, match="disk full"):
        simulate(out=tmp_path / "m", **TINY)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_single_customer_for_a_single_day(tmp_path: Path) -> None:
    simulate(seed=1, customers=1, days=1, out=tmp_path / "m")
    (row,) = truth(tmp_path / "m", "as_of")
    assert row["window_start_at"] <= row["as_of_at"] < row["window_end_at"]
