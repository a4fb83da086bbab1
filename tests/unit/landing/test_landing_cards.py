"""Cards: a failing test means that a card number could enter bronze, or that an honest file is kept out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hidden_cards import PAGES, PUBLISHED, SEPARATORS, shows
from hypothesis import given
from hypothesis import strategies as st

from bench.cards import COUNT, LENGTHS, taken
from paylake import logs
from paylake.landing import cards

GLUE_FREE = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="+."), max_size=20).filter(
    lambda text: not (text[-1:].isascii() and text[-1:].isalnum()) and not (text[:1].isascii() and text[:1].isalnum())
)

MANY = "-" * cards.FEW
"""So much text that the quick look is not the careful one's."""


def test_what_may_hold_a_card_number_is_all_that_does() -> None:
    """The quick look knows every digit and every gap that the careful one knows."""
    every = (chr(code) for code in range(sys.maxunicode + 1))
    digits = [char for char in every if char.isdecimal()]
    assert len(digits) > 600
    long, short = (pa.array([f"x{digit * count}x" for digit in digits]) for count in (13, 12))
    found = pc.match_substring_regex(long, cards.MAY_BE).to_pylist()
    assert [digit for digit, is_found in zip(digits, found, strict=True) if not is_found] == []
    assert not cards.may_hold(short)


@given(st.sampled_from(PUBLISHED), st.sampled_from(["", *SEPARATORS]), st.text(max_size=5), st.text(max_size=5))
def test_a_quick_look_overlooks_no_card_number(number: str, gap: str, before: str, after: str) -> None:
    text = f"{before}{grouped(number, gap)}{after}"
    few_and_many = (pa.array([text]), pa.array([text, MANY]))
    assert all(map(cards.may_hold, few_and_many)) or cards.find(text) is None


def grouped(number: str, gap: str) -> str:
    sizes = (4, 6, 5) if len(number) == 15 else (4, 4, 4, 4, 3)
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return gap.join(part for part in parts if part)


@given(st.sampled_from(PUBLISHED), st.sampled_from(["", *SEPARATORS]), GLUE_FREE, GLUE_FREE, st.booleans())
def test_a_published_test_number_is_found_anywhere(number: str, gap: str, before: str, after: str, wide: bool) -> None:
    shown = grouped(number, gap)
    if wide:
        shown = shown.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    found = cards.find(before + shown + after)
    assert found is not None
    assert found.masked == number[:6] + "*" * (len(number) - 10) + number[-4:]
    assert number not in str(found)


@given(st.sampled_from(PUBLISHED), st.sampled_from(["", *SEPARATORS]), GLUE_FREE, GLUE_FREE)
def test_masked_text_holds_no_card(number: str, gap: str, before: str, after: str) -> None:
    assert cards.find(cards.mask(before + grouped(number, gap) + after)) is None


@pytest.mark.parametrize(
    "text",
    [
        "ch4242424242424242",  # glued to letters: an identifier
        "4242424242424242abc",
        "14242424242424242424",  # 20 digits are no card
        "4242424242424241",  # Luhn does not fit
        "1640123817000",  # epoch milliseconds
        "9999999999999995",  # Luhn fits, no network
        "424242424242",  # 12 digits
        "0.4242424242424242",  # a fraction
        "2026-01-30 10:11:12,2026-01-31 00:00:00",
        "+49 171 1234567 8",
        "txn_1KVQhfEcXtiJtvvhF7ox3YEm",
    ],
)
def test_what_is_no_card_number_is_let_through(text: str) -> None:
    assert cards.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "order 1234 4242 4242 4242 4242 5678",  # groups of digits before and after
        "卡号4242424242424242。",
        "cards_4242424242424242.csv",
        "amount 12.50 4242424242424242",
        '{"a":"4242424242424242"}',
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "paid 4242424242424242.",
    ],
)
def test_a_card_number_is_found_among_other_things(text: str) -> None:
    assert cards.find(text) is not None


@given(st.integers(min_value=10**12, max_value=10**19 - 1).map(str))
def test_the_check_digit_is_luhn(digits: str) -> None:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    assert cards.is_luhn(digits) == (total % 10 == 0)


def figures(page: str) -> dict[int, int]:
    """How many of a million random references a page says are taken for card numbers, by their digits."""
    lines = re.findall(r"^\| (\d+) \| ([\d,]+) \(", page, re.MULTILINE)
    return {int(length): int(found.replace(",", "")) for length, found in lines}


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs/reference/landing.md").read_text(encoding="utf-8")


def test_few_random_references_are_taken_for_card_numbers_and_none_that_is_declared(page: str) -> None:
    told = figures(page)
    assert list(told) == list(LENGTHS)
    for length, found in told.items():
        assert taken(length, 5_000) / 5_000 == pytest.approx(found / COUNT, abs=0.01)
        assert taken(length, 500, is_identifier=True) == 0


@pytest.mark.nightly
def test_the_page_says_how_many_random_references_are_taken_for_card_numbers(page: str) -> None:
    assert {length: taken(length, COUNT) for length in LENGTHS} == figures(page)


def test_the_page_says_how_many_numbers_are_published(page: str) -> None:
    assert f"{len(PUBLISHED)} numbers of {PAGES} pages" in page


def test_every_published_test_number_is_in_a_networks_range() -> None:
    assert [number for number in PUBLISHED if cards.network_of(number) is None] == []


@pytest.mark.parametrize(
    "text",
    [
        "4567 4242 4242 4242 4242",  # the first four groups are a card number, too
        "4242 4242 4242 4242 5678",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",  # and so is a part of it
        "1 4242424242424242 1 4242424242424242 1",
        "4242 4242 4242 4242 4242 4242 4242 4242 4242 4242",
    ],
)
def test_what_overlaps_is_masked_whole(text: str) -> None:
    assert not shows(cards.mask(text), "4242424242424242")


@given(st.lists(st.sampled_from([*"0123456789", "4242", " ", "-", ".", "x"]), max_size=60).map("".join))
def test_masking_is_final_and_leaves_what_is_no_card(text: str) -> None:
    masked = cards.mask(text)
    assert cards.find(masked) is None
    assert (masked == text) == (cards.find(text) is None)


@pytest.mark.parametrize("separator", sorted({*SEPARATORS} - {"  "}))  # columns of a printed table stand so, too
def test_logs_mask_what_a_card_number_may_be_written_like(separator: str) -> None:
    for number in PUBLISHED:
        assert not shows(logs.mask(f"card {grouped(number, separator)} declined"), number)
