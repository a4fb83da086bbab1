"""Logs: no secret and no card number survives, whatever its place in an event."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylake import logs

TEST_CARDS = ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117", "3566002020360505"]


@pytest.mark.parametrize("card", TEST_CARDS)
@pytest.mark.parametrize("shape", ["{}", "card {} declined", "'{}'", "pan={};", "({})"])
def test_card_digits_are_masked(card: str, shape: str) -> None:
    assert card not in logs.mask(shape.format(card))


@pytest.mark.parametrize("written", ["4242 4242 4242 4242", "4242-4242-4242-4242", "４２４２４２４２４２４２４２４２"])
def test_card_digits_are_masked_however_they_are_written(written: str) -> None:
    assert written not in logs.mask(f"card {written} declined")


@pytest.mark.parametrize(
    "text",
    ["sc://localhost:15002/;token=abcdef", "password=hunter2 ", "key sk_live_abc123", "whsec_abc123 was sent"],
)
def test_secrets_in_text_are_masked(text: str) -> None:
    masked = logs.mask(text)
    assert "[masked]" in masked
    assert not any(secret in masked for secret in ("abcdef", "hunter2", "abc123"))


@given(
    st.dictionaries(st.sampled_from(["file", "reason", "row"]), st.sampled_from(TEST_CARDS)),
    st.sampled_from(TEST_CARDS),
)
def test_nested_values_are_masked(nested: dict[str, str], card: str) -> None:
    event = logs.mask_event(None, "info", {"event": card, "nested": nested, "many": [card, int(card)]})
    assert not any(number in json.dumps(event) for number in TEST_CARDS)


def test_values_under_a_secret_name_are_masked() -> None:
    assert logs.mask_event(None, "info", {"event": "login", "smtp_password": "x"})["smtp_password"] == "[masked]"


def test_amounts_and_ids_stay_readable() -> None:
    text = "ch_1NirD82eZvKYlo2C paid 1234567 in 2025-01-31T10:00:00"
    assert logs.mask(text) == text


def test_events_go_to_the_stderr_of_their_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logs.configure(style="json")
    log = logs.get_logger("test")
    log.info("one")
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    log.info("two")
    assert json.loads(second.getvalue())["event"] == "two"
