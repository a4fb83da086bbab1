"""Razorpay's exports: a failing test means that a cell is lost, or that paise pass for rupees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import Stage, check_every_cell_is_found, names, report

from paylake.providers import razorpay

HEADER = names(
    "transaction_entity,entity_id,amount,currency,fee (exclusive tax),tax,debit,credit,payment_method,card_type,"
    "issuer_name,entity_created_at,payment_captured_at,payment_notes,refund_notes,arn,entity_description,order_id,"
    "order_receipt,order_notes,dispute_id,dispute_created_at,dispute_reason,settlement_id,settled_at,settlement_utr,"
    "settled_by"
)
PAYMENT_ROW = {
    "transaction_entity": "payment",
    "entity_id": "pay_AbCdEfGhIjKlMn",
    "amount": "100.0",
    "currency": "INR",
    "fee (exclusive tax)": "2.0",
    "tax": "0.36",
    "debit": "0.0",
    "credit": "97.64",
    "payment_method": "card",
    "entity_created_at": "2026-01-30T13:33:57",
    "payment_notes": '{"plan": "gold, yearly"}',
    "order_id": "order_AbCdEfGhIjKlM1",
    "settlement_id": "setl_AbCdEfGhIjKlMn",
    "settled_at": "2026-01-31T13:33:57",
    "settlement_utr": "1568176960vxp0rj",
    "settled_by": "Razorpay",
}
REFUND_ROW = PAYMENT_ROW | {
    "transaction_entity": "refund",
    "entity_id": "rfnd_AbCdEfGhIjKlMn",
    "fee (exclusive tax)": "0.0",
    "tax": "0",
    "debit": "100.0",
    "credit": "0.0",
    "settled_at": "31/01/2026 13:33:57",
}
PAYMENT = {
    "id": "pay_AbCdEfGhIjKlMn",
    "entity": "payment",
    "amount": 10000,
    "currency": "INR",
    "status": "captured",
    "order_id": "order_AbCdEfGhIjKlM1",
    "method": "card",
    "card": {"id": "card_AbCdEfGhIjKlMn", "entity": "card", "last4": "1111", "network": "Visa"},
    "notes": [],
    "fee": 236,
    "tax": 36,
    "acquirer_data": {"auth_code": "064381", "arn": "74119663031031075351326"},
    "created_at": 1767225600,
}
REFUND = {"id": "rfnd_AbCdEfGhIjKlMn", "entity": "refund", "amount": 500, "payment_id": PAYMENT["id"]}
DISPUTE = {"id": "disp_AbCdEfGhIjKlMn", "entity": "dispute", "payment_id": PAYMENT["id"], "phase": "chargeback"}
SUBSCRIPTION = {"id": "sub_AbCdEfGhIjKlMn", "entity": "subscription", "status": "active", "ended_at": None}
SETTLEMENT = {"id": "setl_AbCdEfGhIjKlMn", "entity": "settlement", "amount": 9764, "fees": 0, "tax": 0, "utr": "a1"}
RECON_ITEM = {
    "entity_id": PAYMENT["id"],
    "type": "payment",
    "debit": 0,
    "credit": 9764,
    "amount": 10000,
    "currency": "INR",
    "fee": 236,
    "tax": 36,
    "settled": True,
    "settled_at": 1767225600,
    "settlement_id": SETTLEMENT["id"],
    "notes": "Beam me up",
}
EVENT = {
    "entity": "event",
    "account_id": "acc_AbCdEfGhIjKlMn",
    "event": "payment.captured",
    "contains": ["payment"],
    "payload": {"payment": {"entity": PAYMENT}},
    "created_at": 1767225600,
}


def page(*items: dict[str, Any]) -> bytes:
    return json.dumps({"entity": "collection", "count": len(items), "items": items}).encode()


def test_a_settlement_recon_report_lands_in_any_order_of_its_columns(stage: Stage) -> None:
    assert len(HEADER) == 27
    for header in (HEADER, HEADER[::-1], [name for name in HEADER if name != "settled_by"]):
        result = stage(report(header, PAYMENT_ROW, REFUND_ROW))
        assert (result.state, result.reason) == ("verified", "")
        payment, refund = result.rows["settlement_recon"]
        assert (payment["fee_exclusive_tax"], payment["credit"]) == ("2.0", "97.64")
        assert payment["payment_notes"] == '{"plan": "gold, yearly"}'
        assert (refund["debit"], refund["settled_at"]) == ("100.0", "31/01/2026 13:33:57")
        assert payment["settled_by"] == ("Razorpay" if "settled_by" in header else None)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("amount", "10000"),
        ("amount", "-100.0"),
        ("credit", "9764"),
        ("debit", "-1.0"),
        ("tax", "₹0.36"),
        ("amount", "1,000.0"),
        ("currency", "Rupees"),
        ("settled_at", "01/31/2026 13:33:57"),
        ("settled_at", "1767225600"),
    ],
)
def test_a_cell_that_is_written_otherwise_refuses_the_file(stage: Stage, column: str, cell: str) -> None:
    result = stage(report(HEADER, PAYMENT_ROW, PAYMENT_ROW | {column: cell}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert "record 2" in result.reason
    assert column in result.reason


def test_a_fee_that_may_be_with_or_without_tax_is_refused(stage: Stage) -> None:
    header = ["fee" if name == "fee (exclusive tax)" else name for name in HEADER]
    result = stage(report(header, PAYMENT_ROW | {"fee": "2.36"}))
    assert result.state == "quarantined"
    assert "fee (exclusive tax)" in result.reason


def test_a_new_column_is_rescued_and_noticed(stage: Stage) -> None:
    result = stage(report([*HEADER, "upi_flow"], PAYMENT_ROW | {"upi_flow": "collect"}))
    assert json.loads(result.rows["settlement_recon"][0]["_rescued_data"]) == {"upi_flow": "collect"}
    assert any("upi_flow" in notice for notice in result.verdict.notices)


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (PAYMENT, "payments"),
        (REFUND, "refunds"),
        (DISPUTE, "disputes"),
        (SUBSCRIPTION, "subscriptions"),
        (SETTLEMENT, "settlements"),
        (RECON_ITEM, "settlement_recon_items"),
        (EVENT, "events"),
        ({"id": "trf_AbCdEfGhIjKlMn", "entity": "transfer", "amount": 1}, "other_entities"),
    ],
)
def test_an_entity_lands_in_the_table_of_its_kind_alone_in_lines_and_in_a_page(
    stage: Stage, record: dict[str, Any], table: str
) -> None:
    text = json.dumps(record).encode()
    for data, count in ((text, 1), (text + b"\n" + text, 2), (page(record, record, record), 3)):
        result = stage(data)
        assert (result.state, result.reason) == ("verified", "")
        landed = result.rows[table]
        assert len(landed) == count
        declared = {column.name for column in razorpay.DOCUMENTS[table]}
        for key, value in record.items():
            assert key in declared
            text_of = value if isinstance(value, str) or value is None else json.dumps(value)
            assert landed[-1][key] == text_of


def test_a_page_of_several_kinds_and_an_empty_one_land(stage: Stage) -> None:
    result = stage(page(PAYMENT, REFUND))
    assert {table: len(rows) for table, rows in result.rows.items()}.items() >= {"payments": 1, "refunds": 1}.items()
    assert stage(page()).state == "verified"


def test_a_member_without_a_column_is_rescued(stage: Stage) -> None:
    result = stage(json.dumps(PAYMENT | {"brand_new": {"a": 1}}).encode())
    assert json.loads(result.rows["payments"][0]["_rescued_data"]) == {"brand_new": {"a": 1}}


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (PAYMENT | {"amount": 100.5}, "amount"),
        (PAYMENT | {"fee": "2.36"}, "fee"),
        (RECON_ITEM | {"credit": -1}, "credit"),
        (PAYMENT | {"created_at": "2026-01-31"}, "created_at"),
        (PAYMENT | {"currency": "356"}, "currency"),
    ],
)
def test_an_amount_or_time_of_the_api_that_is_written_otherwise_refuses_the_file(
    stage: Stage, record: dict[str, Any], key: str
) -> None:
    result = stage(json.dumps(record).encode())
    assert result.state == "quarantined"
    assert key in result.reason


def test_a_card_number_is_found_anywhere_but_in_a_reference(stage: Stage) -> None:
    assert stage(json.dumps(PAYMENT | {"description": "4111-1111-1111-1111"}).encode()).state == "quarantined"
    assert stage(json.dumps(PAYMENT | {"notes": {"order_id": "4111111111111111"}}).encode()).state == "verified"
    assert stage(report(HEADER, PAYMENT_ROW | {"payment_notes": "4111111111111111"})).state == "quarantined"
    assert stage(report(HEADER, PAYMENT_ROW | {"order_receipt": "4111111111111111"})).state == "verified"


@pytest.mark.parametrize(
    "data",
    [
        report(HEADER, PAYMENT_ROW)[:-30],
        report(HEADER, PAYMENT_ROW)[:-1] + b",x\n",
        page(PAYMENT)[:-2],
        page(PAYMENT, {"entity": 1}),
        json.dumps({"entity": "collection", "count": 0, "items": [{"some": "thing"}]}).encode(),
    ],
    ids=["half a line", "long row", "half a page", "an item of no kind", "another item"],
)
def test_a_damaged_file_is_refused_whole(stage: Stage, data: bytes) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert result.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_cell_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    check_every_cell_is_found(stage, data, "settlement_recon", razorpay.SETTLEMENT_RECON, PAYMENT_ROW)


def test_no_real_file_of_another_provider_is_taken_for_one_of_these(samples: Path) -> None:
    files = [path for path in samples.rglob("*.json*") if path.is_file()]
    assert files
    assert [path.name for path in files if razorpay.is_ours(path.read_text(errors="ignore")[: 64 << 10])] == []
