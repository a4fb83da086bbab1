"""The ledger's states: a failing test means that a crash could land a file twice, or forget it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paylake.landing.ledger import (
    CLAIMED,
    LANDED,
    LOST,
    QUARANTINED,
    REDELIVERED,
    SETTLED,
    VERIFIED,
    Entry,
    read_history,
)

PATHS = {
    QUARANTINED: (CLAIMED, QUARANTINED),
    LANDED: (CLAIMED, VERIFIED, LANDED),
    LOST: (CLAIMED, VERIFIED, LOST),
    REDELIVERED: (REDELIVERED,),
}


def entry(batch: int, file: int, state: str, rows: int = 1) -> Entry:
    name = f"file{file}"
    return Entry(batch, f"sha-{file}", state, name, f"key-{file}", 1, "t", 0.0, rows=f'{{"charges": {rows}}}')


LIVES = st.lists(st.tuples(st.sampled_from(sorted(PATHS)), st.integers(1, 3)), min_size=1, max_size=8)


@given(LIVES, st.randoms())
def test_the_order_of_the_ledgers_rows_does_not_matter(lives: list[tuple[str, int]], random: object) -> None:
    rows = [entry(batch, file, state) for file, (end, batch) in enumerate(lives) for state in PATHS[end]]
    expected = read_history(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert read_history(shuffled) == expected
    assert not expected.unfinished
    assert set(expected.landed) == {f"sha-{file}" for file, (end, _) in enumerate(lives) if end == LANDED}
    assert expected.last_batch == max(batch for _, batch in lives)


@given(LIVES, st.integers(0, 2))
def test_a_batch_that_stopped_anywhere_is_unfinished_until_it_is_settled(
    lives: list[tuple[str, int]], stop: int
) -> None:
    rows = [entry(1, file, state) for file, (end, _) in enumerate(lives) for state in PATHS[end][: stop + 1]]
    history = read_history(rows)
    open_files = {e.file_id for e in history.unfinished.get(1, [])}
    assert open_files == {
        f"sha-{file}" for file, (end, _) in enumerate(lives) if PATHS[end][: stop + 1][-1] not in SETTLED
    }
    assert open_files.isdisjoint(history.landed)


def test_a_landed_file_stays_landed_when_it_is_delivered_again() -> None:
    again = Entry(2, "sha-1", REDELIVERED, "other name", "key-2", 1, "t", 0.0)
    history = read_history([*(entry(1, 1, state) for state in PATHS[LANDED]), again])
    assert history.landed["sha-1"].batch == 1
    assert history.seen["key-2", 1, "t"] == "sha-1"
    assert (history.last_batch, history.last_landed) == (2, 1)


def test_a_batch_without_rows_is_not_the_last_one_that_landed_rows() -> None:
    assert read_history([entry(1, 1, LANDED), entry(2, 2, LANDED, rows=0)]).last_landed == 1
