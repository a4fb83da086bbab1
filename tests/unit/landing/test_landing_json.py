"""JSON exports: a failing test means that a cell of an API object is lost or changed, or a broken file gets in."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.landing import documents as module
from paylake.landing.documents import Reader
from paylake.landing.verification import names_values
from paylake.providers import Refused
from paylake.providers.stripe import PROVIDER


def is_kept_out(text: str) -> bool:
    """Whether a record has what no lake may hold, by chance."""
    return cards.find(text) is not None or names_values(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3))
KEYS = st.sampled_from(
    ["amount", "currency", "metadata", "customer", "brand_new", "another new one", "источник", 'stat"us']
)
CHARGES = st.builds(
    lambda number, cells: {"id": f"ch_{number}x", "object": "charge", "livemode": False, **cells},
    st.integers(min_value=0, max_value=9999),
    st.dictionaries(KEYS, VALUES, max_size=5),
).filter(lambda record: not is_kept_out(json.dumps(record, ensure_ascii=False)))
FRAMES: dict[str, Callable[[list[str]], str]] = {
    "lines": "\n".join,
    "array": lambda records: "[" + ",\n ".join(records) + "]",
    "page": lambda r: '{"object": "list", "url": "/v1/charges", "has_more": false, "data": [' + ",".join(r) + "]}",
    "data first": lambda r: '{"data": [' + ",".join(r) + '], "object": "list", "url": "/v1/charges"}',
    "map": lambda r: "{" + ", ".join(f'"entry{at}": {text}' for at, text in enumerate(r)) + "}",
    "envelopes": lambda r: "\n".join(f'{{"stream": "charges", "data": {text}, "emitted_at": 1}}' for text in r),
}


DOCUMENTS = PROVIDER.documents
assert DOCUMENTS
documents = Reader(DOCUMENTS).documents


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def rebuilt(row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record as bronze tells it: cells of its columns as sent, and what was rescued."""
    rescued = json.loads(row["_rescued_data"] or "{}")
    rescued.pop("$frame", None)
    return {k: v for k, v in row.items() if not k.startswith("_") and v is not None}, rescued


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.lists(CHARGES, min_size=1, max_size=5), st.sampled_from(sorted(FRAMES)), st.booleans())
def test_every_cell_of_a_record_is_in_a_column_or_rescued(
    stage: Callable[..., Any], records: list[dict[str, Any]], frame: str, ascii_only: bool
) -> None:
    texts = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
    result = stage(FRAMES[frame](texts).encode())
    assert result.state == "verified", result.reason
    rows = result.rows["charges"]
    assert [row["_record"] for row in rows] == list(range(1, len(records) + 1))
    for record, row in zip(records, rows, strict=True):
        columns, rescued = rebuilt(row)
        assert set(columns) | set(rescued) == {k for k, v in record.items() if v is not None or k in rescued}
        for key, value in record.items():
            if key in rescued:
                assert rescued[key] == value
            elif isinstance(value, str):
                assert row[key] == value
            else:
                assert json.loads(row[key] if row[key] is not None else "null") == value
    assert result.verdict.cells >= sum(map(len, records))


@given(st.lists(CHARGES, min_size=1, max_size=5), st.sampled_from(sorted(FRAMES)), st.integers(1, 50))
def test_where_the_text_is_cut_and_how_large_it_is_changes_nothing(
    records: list[dict[str, Any]], frame: str, size: int
) -> None:
    text = FRAMES[frame]([json.dumps(record) for record in records])
    whole = [(d.table, dict(d.cells), dict(d.frame)) for d in documents(iter([text]))]
    kept, module.WHOLE = module.WHOLE, 10
    try:
        streamed = [(d.table, dict(d.cells), dict(d.frame)) for d in documents(pieces(text, size))]
    finally:
        module.WHOLE = kept
    if frame == "envelopes":  # an envelope is never read member by member, and need not be: it is one record
        assert len(streamed) == len(whole)
    assert streamed == whole


def test_numbers_stay_as_sent(stage: Callable[..., Any]) -> None:
    result = stage(
        b'{"id":"ch_1","object":"charge","livemode":true,"amount":1.50,"captured":1E400,"metadata":{ "a" : 1.0 }}'
    )
    row = result.rows["charges"][0]
    assert (row["amount"], row["captured"], row["metadata"]) == ("1.50", "1E400", '{ "a" : 1.0 }')


CHARGE = b'{"id":"ch_1","object":"charge","livemode":true,"amount":100}'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (CHARGE + b"\n" + CHARGE[:30], "half a record"),
        (CHARGE + b'\n{"id":"ch_2","object":"charge","amount":1,"amount":2}', "'amount' appears twice"),
        (CHARGE[:-1] + b',"status":"\xff"}', "not UTF-8 at byte 70"),
        (CHARGE + b"\n\x00\x00", "a NUL"),
        (CHARGE + b"\nnull", "begins with 'n'"),
        (CHARGE[:-1] + b',"fee":NaN}', "NaN"),
        (CHARGE[:-1] + b',"status":"\\ud800"}', "malformed"),
        (CHARGE + b"\n" + b'{"a":' * 5000, "deep"),
        (b"[" + CHARGE + b" " + CHARGE + b"]", "expected one of ,]"),
        (b"[" + CHARGE, "end of the file"),
        (gzip.compress(CHARGE * 50, mtime=0)[:-12], "torn gzip"),
        (gzip.compress(CHARGE, mtime=0) + b"tail", "damaged gzip"),
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b'{"hello": "world"}', "unrecognised"),
        (b'{"type":"CUSTOMER","id":"of_another","version":1}', "unrecognised"),
        (b"PK\x03\x04" + b"\0" * 30, "zip"),
        (CHARGE[:-1] + b',"description":"card 4242 4242 4242 4242"}', "visa card number 424242******4242"),
        (CHARGE[:-1] + b',"description":"card \\u0034242424242424242"}', "visa card number"),
        (CHARGE[:-1] + b',"metadata":{"order_id":"378282246310005"}}', "amex card number"),
        (CHARGE[:-1] + b',"metadata":{"n":[{"pan":4242424242424242}]}}', "visa card number"),
        (CHARGE[:-1] + b',"4242424242424242":1}', "visa card number"),
    ],
)
def test_a_broken_or_dangerous_file_is_refused_whole_with_the_reason(
    stage: Callable[..., Any], data: bytes, reason: str
) -> None:
    result = stage(data)
    assert result.state == "quarantined"
    assert reason in result.reason
    assert "4242424242424242" not in result.reason
    assert result.rows == {}


def test_chargebees_objects_are_not_taken_for_stripes() -> None:
    assert DOCUMENTS.is_ours(CHARGE.decode())
    assert not DOCUMENTS.is_ours(CHARGE.decode().replace("amount", "resource_version"))
    with pytest.raises(Refused, match="an object with a resource_version"):
        list(documents(iter([CHARGE.decode().replace("amount", "resource_version")])))


def test_the_record_is_named(stage: Callable[..., Any]) -> None:
    assert stage(CHARGE + b"\n" + CHARGE + b"\n{").reason.startswith("record 3:")


@pytest.mark.parametrize("extra", [b',"network_transaction_id":"5555593193155555"}', b',"created":1640123817000}'])
def test_references_and_times_are_no_cards(stage: Callable[..., Any], extra: bytes) -> None:
    assert stage(CHARGE[:-1] + extra).state == "verified"


def test_gzip_and_a_byte_order_mark_change_nothing(stage: Callable[..., Any]) -> None:
    plain = stage(CHARGE).rows["charges"][0]
    for data in (gzip.compress(CHARGE, mtime=0), b"\xef\xbb\xbf" + CHARGE, CHARGE + b"\r\n\r\n"):
        row = stage(data).rows["charges"][0]
        assert {k: v for k, v in row.items() if k != "_file_id"} == {k: v for k, v in plain.items() if k != "_file_id"}


def test_staging_again_gives_the_same_rows(stage: Callable[..., Any]) -> None:
    assert stage(CHARGE).rows == stage(CHARGE).rows


def test_an_unknown_kind_of_object_and_the_frame_of_a_page_keep_all_their_keys(stage: Callable[..., Any]) -> None:
    text = '{"object":"list","has_more":true,"url":"/v1/topups","data":[{"id":"tu_1","object":"topup","amount":5}]}'
    rows = stage(text.encode()).rows["other_objects"]
    assert [row["object"] for row in rows] == ["topup", "list"]
    assert json.loads(rows[0]["_rescued_data"]) == {"amount": 5}
    assert json.loads(rows[1]["_rescued_data"]) == {"has_more": True, "url": "/v1/topups"}


def test_a_window_refuses_what_cannot_end() -> None:
    with pytest.raises(Refused, match="malformed"):
        list(documents(pieces('{"object":"charge", nonsense', random.Random(1).randint(1, 9))))
