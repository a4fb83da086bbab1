"""Cards: a failing test means that a card number could enter bronze, or that an honest file is kept out."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paylake.landing import cards

# The networks' and processors' published test numbers; none belongs to a person.
TEST_NUMBERS = (
    "4242424242424242",
    "4000056655665556",
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "3056930009020004",
    "30569309025904",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
    "2200000000000004",
    "6759649826438453",
)
GAPS = ("", " ", "-", "\u00a0", "\u2013", " - ", "\u200b", "－")
GLUE_FREE = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="+."), max_size=20).filter(
    lambda text: not (text[-1:].isascii() and text[-1:].isalnum()) and not (text[:1].isascii() and text[:1].isalnum())
)


def test_what_may_hold_a_card_number_is_all_that_does() -> None:
    """The quick look knows every digit and every gap that the careful one knows."""
    every = (chr(code) for code in range(sys.maxunicode + 1))
    digits = [char for char in every if char.isdecimal()]
    assert len(digits) > 600
    for digit in digits:
        assert cards.may_hold(pa.array([f"x{digit * 13}x"])), hex(ord(digit))
        assert not cards.may_hold(pa.array([f"x{digit * 12}x"])), hex(ord(digit))


@given(st.sampled_from(TEST_NUMBERS), st.sampled_from(GAPS), st.text(max_size=5), st.text(max_size=5))
def test_a_quick_look_overlooks_no_card_number(number: str, gap: str, before: str, after: str) -> None:
    text = f"{before}{grouped(number, gap)}{after}"
    assert cards.may_hold(pa.array(["", text])) or cards.find(text) is None


def grouped(number: str, gap: str) -> str:
    sizes = (4, 6, 5) if len(number) == 15 else (4, 4, 4, 4, 3)
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return gap.join(part for part in parts if part)


@settings(deadline=None)
@given(st.sampled_from(TEST_NUMBERS), st.sampled_from(GAPS), GLUE_FREE, GLUE_FREE, st.booleans())
def test_a_published_test_number_is_found_anywhere(number: str, gap: str, before: str, after: str, wide: bool) -> None:
    shown = grouped(number, gap)
    if wide:
        shown = shown.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    found = cards.find(before + shown + after)
    assert found is not None
    assert found.masked == number[:6] + "*" * (len(number) - 10) + number[-4:]
    assert number not in str(found)


@settings(deadline=None)
@given(st.sampled_from(TEST_NUMBERS), st.sampled_from(GAPS), GLUE_FREE, GLUE_FREE)
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


@settings(deadline=None)
@given(st.integers(min_value=10**12, max_value=10**19 - 1).map(str))
def test_the_check_digit_is_luhn(digits: str) -> None:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    assert cards.is_luhn(digits) == (total % 10 == 0)
