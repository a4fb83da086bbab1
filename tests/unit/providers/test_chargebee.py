"""Chargebee's objects: a failing test means that a member is lost, or that another unit passes for minor ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers import chargebee

Stage = Callable[..., Any]

CUSTOMER = {
    "id": "cust_1",
    "object": "customer",
    "first_name": "Ada",
    "auto_collection": "on",
    "created_at": 1767225600,
    "updated_at": 1767225700,
    "resource_version": 1767225700123,
    "deleted": False,
    "preferred_currency_code": "EUR",
    "excess_payments": 0,
    "billing_address": {"country": "DE", "object": "billing_address"},
    "meta_data": {"crm": 7},
}
SUBSCRIPTION = {
    "id": "sub_1",
    "object": "subscription",
    "customer_id": "cust_1",
    "status": "active",
    "currency_code": "JPY",
    "subscription_items": [{"item_price_id": "gold-JPY", "unit_price": 5000, "object": "subscription_item"}],
    "current_term_start": 1767225600,
    "current_term_end": 1769904000,
    "mrr": 5000,
    "resource_version": 1767225700124,
}
CARD = {"object": "card", "payment_source_id": "pm_1", "iin": "411111", "last4": "1111", "customer_id": "cust_1"}
INVOICE = {
    "id": "24",
    "object": "invoice",
    "currency_code": "USD",
    "total": 1050,
    "tax": 0,
    "date": 1767225600,
    "line_items": [{"id": "li_1", "amount": 1050, "object": "line_item"}],
    "resource_version": 1767225700125,
}
CREDIT = {
    "id": "pc_1",
    "object": "promotional_credit",
    "customer_id": "cust_1",
    "amount": 1000,
    "created_at": 1767225600,
}
EVENT = {
    "id": "ev_1",
    "object": "event",
    "occurred_at": 1767225600,
    "source": "api",
    "api_version": "v2",
    "event_type": "customer_created",
    "webhook_status": "succeeded",
    "webhooks": [],
    "content": {"customer": CUSTOMER},
}
COMMENT = {"id": "cmt_1", "object": "comment", "entity_id": "24", "notes": "late", "created_at": 1767225600}


def text(*documents: object) -> bytes:
    return "\n".join(json.dumps(document) for document in documents).encode()


def as_cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (CUSTOMER, "customers"),
        (SUBSCRIPTION, "subscriptions"),
        (INVOICE, "invoices"),
        (CREDIT, "promotional_credits"),
        (EVENT, "events"),
    ],
)
def test_an_object_lands_in_its_kinds_table_however_it_is_wrapped(
    stage: Stage, record: dict[str, Any], table: str
) -> None:
    kind = record["object"]
    shapes = [
        record,
        {kind: record},
        {"list": [{kind: record}], "next_offset": "[1]"},
        {"stream": kind, "data": record, "emitted_at": 1767225800000},
    ]
    for shape in shapes:
        result = stage(text(shape))
        assert (result.state, result.reason) == ("verified", "")
        (row,) = result.rows[table]
        for key, value in record.items():
            assert row[key] == as_cell(value), key


def test_a_page_holds_objects_of_several_kinds_and_its_offset_is_kept(stage: Stage) -> None:
    page = {"list": [{"subscription": SUBSCRIPTION, "customer": CUSTOMER, "card": CARD}] * 2, "next_offset": "[7]"}
    result = stage(text(page))
    assert {table: len(rows) for table, rows in result.rows.items()} == {
        "subscriptions": 2, "customers": 2, "cards": 2, "report_frames": 1,
    }  # fmt: skip
    (frame,) = result.rows["report_frames"]
    assert "[7]" in frame["cells"]


def test_an_envelope_is_rescued_beside_its_record(stage: Stage) -> None:
    (row,) = stage(text({"stream": "customer", "data": CUSTOMER, "emitted_at": 5})).rows["customers"]
    assert json.loads(row["_rescued_data"]) == {"$frame": {"stream": "customer", "emitted_at": 5}}


def test_custom_fields_and_new_members_are_rescued(stage: Stage) -> None:
    (row,) = stage(text(CUSTOMER | {"cf_region": "north", "loyalty": {"tier": 2}})).rows["customers"]
    assert json.loads(row["_rescued_data"]) == {"cf_region": "north", "loyalty": {"tier": 2}}


def test_a_rare_kind_keeps_all_its_members_among_the_other_objects(stage: Stage) -> None:
    (row,) = stage(text(CUSTOMER, COMMENT)).rows["other_objects"]
    assert (row["id"], row["object"], row["created_at"]) == ("cmt_1", "comment", "1767225600")
    assert json.loads(row["_rescued_data"]) == {"entity_id": "24", "notes": "late"}


@pytest.mark.parametrize(
    ("record", "key", "value"),
    [
        (INVOICE, "total", 10.5),
        (INVOICE, "total", "10.50"),
        (INVOICE, "date", 1767225600000),
        (INVOICE, "date", "2026-01-01"),
        (INVOICE, "currency_code", "840"),
        (INVOICE, "resource_version", 1767225700),
        (SUBSCRIPTION, "mrr", 41.67),
    ],
)
def test_an_amount_time_or_version_in_another_unit_refuses_the_file(
    stage: Stage, record: dict[str, Any], key: str, value: object
) -> None:
    result = stage(text(CUSTOMER, record | {key: value}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert key in result.reason
    assert "record 2" in result.reason


def test_what_may_be_null_is_null(stage: Stage) -> None:
    (row,) = stage(text(INVOICE | {"date": None, "total": None})).rows["invoices"]
    assert (row["date"], row["total"]) == (None, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (text(CUSTOMER)[:-7], "malformed JSON"),
        (text({"list": [{"customer": CUSTOMER}]})[:-2], "malformed JSON"),
        (text(CUSTOMER, {"id": "ch_1", "object": "charge", "livemode": False}), "record 2: an object of Stripe"),
        (text(CUSTOMER | {"meta_data": {"note": "4111 1111 1111 1111"}}), "visa card number 411111"),
        (text(CUSTOMER | {"meta_data": {"id": "4111111111111111"}}), "visa card number 411111"),
    ],
)
def test_a_damaged_foreign_or_dangerous_file_is_refused_whole(stage: Stage, data: bytes, reason: str) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason
    assert "4111111111111111" not in result.reason


def test_a_reference_of_a_gateway_is_no_card(stage: Stage) -> None:
    payment = {
        "id": "txn_1",
        "object": "transaction",
        "id_at_gateway": "5555593193155555",
        "resource_version": 1767225700123,
    }
    assert stage(text(payment)).state == "verified"


@pytest.mark.parametrize(
    "foreign",
    [
        {"id": "ch_1", "object": "charge", "livemode": False, "currency": "eur"},
        {"id": "caxmfuh3zdov", "object": "account", "created_at": "2026-01-01T00:00:00Z", "code": "a1"},
        {"entity": "payment", "id": "pay_1", "currency": "INR"},
        {"amount": {"currency_code": "USD", "value": "10.00"}},
    ],
)
def test_other_providers_objects_are_not_taken_for_chargebees(foreign: dict[str, Any]) -> None:
    assert not chargebee.is_ours(json.dumps(foreign))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=5,
)
UNRULED = sorted(c.name for c in chargebee.PROVIDER.columns["customers"] if not c.format and c.name != "object")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_member_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    keys = st.sampled_from([*UNRULED, "cf_one", "cf_two", "new"])
    sent = [
        CUSTOMER | data.draw(st.dictionaries(keys, VALUES, max_size=6)) for _ in range(data.draw(st.integers(1, 3)))
    ]
    if any(cards.find(json.dumps(record)) for record in sent):
        return
    result = stage(text(*({"customer": record} for record in sent)))
    assert (result.state, result.reason) == ("verified", "")
    declared = {column.name for column in chargebee.PROVIDER.columns["customers"]}
    for record, row in zip(sent, result.rows["customers"], strict=True):
        rescued = json.loads(row["_rescued_data"])
        assert rescued.pop("$frame") == {"key": ["customer"]}
        assert rescued == {key: value for key, value in record.items() if key not in declared}
        for key in record.keys() & declared:
            value = record[key]
            assert row[key] == (None if value is None else as_cell(value))


def test_the_real_files(stage: Stage, samples: Path) -> None:
    found = {}
    for path in sorted(samples.glob("*/chargebee/*.jsonl")):
        result = stage(path)
        assert (result.state, result.reason) == ("verified", "")
        assert result.verdict.cells == 1025
        rescued = {
            key for table in result.rows.keys() - {"other_objects"} for row in result.rows[table]
            for key in json.loads(row["_rescued_data"])
        }  # fmt: skip
        assert rescued == {"$frame"}
        found[path.parent.parent.name] = {table: len(rows) for table, rows in result.rows.items()}
    assert found == {
        "airbyte": {
            "credit_notes": 3, "invoices": 3, "item_prices": 2, "items": 3, "orders": 3, "other_objects": 23,
            "payment_sources": 2, "promotional_credits": 3, "transactions": 3, "unbilled_charges": 2,
        }
    }  # fmt: skip


def test_no_real_file_of_another_provider_is_taken_for_chargebees(samples: Path) -> None:
    files = [path for path in samples.rglob("*.json*") if path.parent.name != "chargebee"]
    assert files
    taken = [path.name for path in files if chargebee.is_ours(path.read_text(errors="ignore")[: 64 << 10])]
    assert taken == []
