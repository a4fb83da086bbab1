"""Affirm's exports: a failing test means that a cell is lost, or that cents pass for dollars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import Stage, check_every_cell_is_found, names, report

from paylake.providers import affirm

HEADER = names(
    "date,charge_created_date,charge_id,transaction_id,order_id,event_type,sales,refunds,fees,total_settled,txn_fees,"
    "deposit_id,merchant_ari,city,store,card_last_four,original_loan_amount,mdr_rate,channel"
)
LEGACY = names("date,charge_created_date,charge_id,order_id,event_type,sales,refunds,fees,total_settled,deposit_id")
CAPTURED = {
    "date": "2026-01-31",
    "charge_created_date": "2026-01-30",
    "charge_id": "ABCD-1234",
    "transaction_id": "y5GE8avLEHJsCKxq",
    "order_id": "order-1",
    "event_type": "loan_captured",
    "sales": "400.00",
    "refunds": "0.00",
    "fees": "-24.10",
    "total_settled": "375.90",
    "txn_fees": "-0.30",
    "deposit_id": "826VV9TG92X4O41",
    "channel": "Affirm Direct",
}
REFUNDED = CAPTURED | {
    "event_type": "loan_refunded",
    "sales": "0",
    "refunds": "-100.00",
    "fees": "6.03",
    "total_settled": "-93.97",
    "txn_fees": "0.00",
}
CHARGE = {
    "id": "ABCD-1234",
    "created": "2026-01-30T10:00:00Z",
    "currency": "USD",
    "amount": 40000,
    "auth_hold": 40000,
    "payable": 0,
    "void": False,
    "order_id": "order-1",
    "events": [{"id": "UI1ZOXSXQ44QUXQL", "type": "auth", "created": "2026-01-30T10:00:00Z"}],
}
CHARGE_EVENT = {
    "id": "O5DZHKL942503649",
    "type": "capture",
    "created": "2026-01-30T10:00:00Z",
    "currency": "USD",
    "amount": 40000,
    "fee": 2410,
    "order_id": "order-1",
    "transaction_id": "6dH0LrrgUaMD7Llc",
}
TRANSACTION = {
    "id": "A1B2C3D4E5F6G7H8",
    "checkout_id": "A1B2C3D4E5F6G7H8",
    "status": "captured",
    "amount": 40000,
    "amount_refunded": 0,
    "currency": "USD",
    "created": "2026-01-30T10:00:00Z",
    "authorization_expiration": "2026-02-28T10:00:00Z",
}
SETTLEMENT_EVENT = {
    "id": "53f9cad7-b293-4918-b7d4-6716c64e21de",
    "date": "2026-01-31",
    "effective_date": "2026-01-30T19:28:14Z",
    "event_type": "loan_capture",
    "sales": 40000,
    "refunds": 0,
    "fees": -2410,
    "transaction_fees": -30,
    "total_settled": 37590,
    "mdr": 0.0429,
    "deposit_id": "826VV9TG92X4O41",
    "currency": "USD",
}
SETTLEMENT_DAY = {
    "id": "a28fbb9b-2f7c-4880-a938-3ed6d32709d8",
    "date": "2026-01-31",
    "deposit_id": "826VV9TG92X4O41",
    "currency": "USD",
    "total_sales": 40000,
    "total_refunds": 0,
    "total_fees": -2410,
    "total_settled": 37590,
}


@pytest.mark.parametrize("header", [HEADER, LEGACY, HEADER[::-1]], ids=["19", "10", "reordered"])
def test_a_settlement_report_lands_by_the_names_of_its_columns(stage: Stage, header: list[str]) -> None:
    result = stage(report(header, CAPTURED, REFUNDED))
    assert (result.state, result.reason) == ("verified", "")
    captured, refunded = result.rows["settlement"]
    assert (captured["sales"], captured["fees"], captured["total_settled"]) == ("400.00", "-24.10", "375.90")
    assert refunded["refunds"] == "-100.00"
    assert captured["channel"] == ("Affirm Direct" if "channel" in header else None)
    assert captured["_rescued_data"] is None


def test_a_report_of_a_day_without_settlements_lands_no_rows(stage: Stage) -> None:
    result = stage(report(HEADER))
    assert (result.state, result.rows) == ("verified", {})


def test_the_fee_per_transaction_may_stand_beside_the_fees(stage: Stage) -> None:
    assert stage(report(HEADER, CAPTURED | {"fees": "-23.80"})).state == "verified"


@pytest.mark.parametrize(
    ("column", "cell"), [("fees", "24.10"), ("total_settled", "-375.90"), ("sales", "4.00"), ("refunds", "10.00")]
)
def test_a_row_that_does_not_add_up_refuses_the_file_until_a_person_releases_it(
    stage: Stage, column: str, cell: str
) -> None:
    data = report(HEADER, CAPTURED, CAPTURED | {column: cell})
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert "record 2" in result.reason
    assert "total_settled" in result.reason
    assert result.verdict.is_releasable
    assert len(stage(data, released=True).rows["settlement"]) == 2


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("sales", "40000"),
        ("fees", "(24.10)"),
        ("total_settled", "$375.90"),
        ("date", "01/31/2026"),
        ("charge_created_date", "1767225600"),
    ],
)
def test_a_cell_that_is_written_otherwise_refuses_the_file(stage: Stage, column: str, cell: str) -> None:
    result = stage(report(HEADER, CAPTURED, CAPTURED | {column: cell}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert "record 2" in result.reason
    assert column in result.reason


def test_a_report_without_a_column_that_it_needs_is_refused_with_its_name(stage: Stage) -> None:
    result = stage(report([name for name in HEADER if name != "fees"], CAPTURED))
    assert result.state == "quarantined"
    assert "fees" in result.reason


def test_a_new_column_is_rescued_and_noticed(stage: Stage) -> None:
    result = stage(report([*HEADER, "promo"], CAPTURED | {"promo": "zero"}))
    assert json.loads(result.rows["settlement"][0]["_rescued_data"]) == {"promo": "zero"}
    assert any("promo" in notice for notice in result.verdict.notices)


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (CHARGE, "charges"),
        (CHARGE_EVENT, "charge_events"),
        (CHARGE_EVENT | {"type": "refund", "fee_refunded": 10}, "charge_events"),
        ({**CHARGE_EVENT, "type": "void", "reference_id": "6dH0LrrgUaMD7Llc"}, "charge_events"),
        (TRANSACTION, "transactions"),
        (SETTLEMENT_EVENT, "settlement_events"),
        (SETTLEMENT_DAY, "settlement_days"),
    ],
)
def test_an_object_lands_in_the_table_of_its_kind_alone_in_lines_and_in_a_page(
    stage: Stage, record: dict[str, Any], table: str
) -> None:
    text = json.dumps(record).encode()
    listed = json.dumps({"data": [record, record, record], "next_page": None}).encode()
    for data, count in ((text, 1), (text + b"\n" + text, 2), (listed, 3)):
        result = stage(data)
        assert (result.state, result.reason) == ("verified", "")
        landed = result.rows[table]
        assert len(landed) == count
        declared = {column.name for column in affirm.DOCUMENTS[table]}
        for key, value in record.items():
            assert key in declared
            assert landed[-1][key] == (value if isinstance(value, str) else json.dumps(value))


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (CHARGE | {"amount": 400.5}, "amount"),
        (CHARGE_EVENT | {"fee": -2410}, "fee"),
        (SETTLEMENT_EVENT | {"fees": -24.1}, "fees"),
        (CHARGE_EVENT | {"created": "01/30/2026"}, "created"),
        (TRANSACTION | {"currency": "840"}, "currency"),
    ],
)
def test_an_amount_or_time_of_the_api_that_is_written_otherwise_refuses_the_file(
    stage: Stage, record: dict[str, Any], key: str
) -> None:
    result = stage(json.dumps(record).encode())
    assert result.state == "quarantined"
    assert key in result.reason


@pytest.mark.parametrize("stranger", [{"id": "x", "amount": 1}, {"type": "capture", "amount": 1}, {"type": "adjust"}])
def test_an_object_of_no_known_kind_refuses_the_file(stage: Stage, stranger: dict[str, Any]) -> None:
    text = json.dumps(CHARGE) + "\n" + json.dumps(stranger)
    result = stage(text.encode())
    assert (result.state, result.rows) == ("quarantined", {})


@pytest.mark.parametrize("key", ["object", "entity"])
def test_an_object_that_names_its_kind_is_of_another_provider(key: str) -> None:
    assert affirm.is_ours(json.dumps(CHARGE_EVENT))
    assert not affirm.is_ours(json.dumps(CHARGE_EVENT | {key: "transaction"}))


def test_a_card_number_is_found_anywhere_but_in_a_reference(stage: Stage) -> None:
    assert stage(report(HEADER, CAPTURED | {"store": "4111 1111 1111 1111"})).state == "quarantined"
    assert stage(report(HEADER, CAPTURED | {"order_id": "4111111111111111"})).state == "verified"
    assert stage(json.dumps(CHARGE | {"details": {"note": "4111111111111111"}}).encode()).state == "quarantined"


@pytest.mark.parametrize(
    "data",
    [
        report(HEADER, CAPTURED)[:-20],
        report(HEADER, CAPTURED)[:-1] + b",x\n",
        json.dumps(CHARGE).encode()[:-5],
    ],
    ids=["half a line", "long row", "half an object"],
)
def test_a_damaged_file_is_refused_whole(stage: Stage, data: bytes) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert result.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_cell_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    check_every_cell_is_found(stage, data, "settlement", affirm.SETTLEMENT, CAPTURED)


def test_no_real_file_of_another_provider_is_taken_for_one_of_these(samples: Path) -> None:
    files = [path for path in samples.rglob("*.json*") if path.is_file()]
    assert files
    assert [path.name for path in files if affirm.is_ours(path.read_text(errors="ignore")[: 64 << 10])] == []
