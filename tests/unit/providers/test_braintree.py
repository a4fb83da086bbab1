"""Braintree's exports: a failing test means that a cell is lost, or that a file whose meaning changed gets in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers import braintree

Stage = Callable[..., Any]
Row = dict[str, str]

FLAT = """Merchant Account ID,Transaction ID,Original Transaction ID,Transaction Type,Presentment Currency,
    Original Sale Amount,Settlement Currency,Settlement Amount,Settlement Date,Disbursement Date,Payment Instrument,
    Card Brand,Card Type,First 6 of CC,Issuing Bank,Refunded Amount,Refund Type,Exchange Rate,Order ID,
    Acquirer Reference Number,Card Issuing Country,Discount,Discount Credit,Per Transaction Fee,
    Per Transaction Fee Credit,Multicurrency Fee Amount,Multicurrency Fee Credit,Total Fee Amount"""
INTERCHANGE = """Merchant Account ID,Transaction ID,Original Transaction ID,Transaction Type,Presentment Currency,
    Settlement Currency,Settlement Amount,Settlement Date,Disbursement Date,Payment Instrument,Card Brand,Card Type,
    First 6 of CC,Issuing Bank,Interchange Description,Interchange Currency,Refunded Amount,Est. Interchange Rate,
    Est. Interchange Rate Credit,Est. Interchange Fixed,Est. Interchange Fixed Credit,Est. Interchange Total Amount,
    Exchange Rate,Order ID,Acquirer Reference Number,Card Issuing Country,Discount,Discount Credit,
    Per Transaction Fee,Per Transaction Fee Credit,Braintree Total Amount,Est. Total Fee Amount"""


def names(header: str) -> list[str]:
    return [name.strip() for name in header.split(",")]


SALE = {
    "Merchant Account ID": "acme-eu",
    "Merchant Account Token": "acme-eu",
    "Transaction ID": "lsikdfsm",
    "Transaction Type": "sale",
    "Presentment Currency": "USD",
    "Settlement Currency": "EUR",
    "Settlement Amount": "24.18",
    "Settlement Date": "2026-01-30",
    "Disbursement Date": "2026-02-01",
    "Card Brand": "Visa",
    "First 6 of CC": "411111",
    "Issuing Bank": "A Bank, National Association",
    "Est. Interchange Rate": "0.0005",
    "Acquirer Reference Number": "09483509834509830459818",
    "Card Issuing Country": "USA",
    "Discount": "0.0185",
    "Per Transaction Fee": "0.13",
    "Total Fee Amount": "0.57",
    "Est. Total Fee Amount": "0.57",
}
HEADERS = {
    28: names(FLAT),
    29: ["Merchant Account Token", *names(FLAT)[1:25], "Braintree Total Amount", *names(FLAT)[25:]],
    32: names(INTERCHANGE),
    31: [name.removeprefix("Est. ") for name in names(INTERCHANGE) if name != "Interchange Currency"],
}


def report(header: list[str], *rows: Row) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *([row.get(name, "") for name in header] for row in rows)])
    return out.getvalue().encode()


@pytest.mark.parametrize("width", HEADERS)
def test_every_generation_of_the_fee_report_lands_in_the_same_columns(stage: Stage, width: int) -> None:
    header = HEADERS[width]
    assert len(header) == width
    refund = SALE | {"Transaction Type": "credit", "Settlement Amount": "-24.18"}
    result = stage(report(header, SALE, refund))
    assert (result.state, list(result.rows)) == ("verified", ["transaction_fees"]), result.reason
    row, back = result.rows["transaction_fees"]
    assert (row["merchant_account_id"], row["total_fee_amount"], row["first_6_of_card"]) == (
        "acme-eu",
        "0.57",
        "411111",
    )
    assert back["settlement_amount"] == "-24.18"
    assert row["_rescued_data"] is None
    assert (row["interchange_rate"] is None) == (width < 30)
    assert result.verdict.cells == 2 * width


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Settlement Amount": "24,18"}, "Settlement Amount"),
        ({"Settlement Date": "01/30/2026"}, "Settlement Date"),
        ({"Discount": "1.85%"}, "Discount"),
        ({"Settlement Currency": "978"}, "Settlement Currency"),
        ({"Card Issuing Country": "US"}, "Card Issuing Country"),
        ({"First 6 of CC": "4111111"}, "First 6 of CC"),
        ({"First 6 of CC": "4111111111111111"}, "411111******1111"),
    ],
)
def test_a_cell_that_is_written_in_another_way_keeps_the_report_out(stage: Stage, row: Row, reason: str) -> None:
    result = stage(report(HEADERS[28], SALE, SALE | row))
    assert (result.state, result.rows) == ("quarantined", {})
    assert reason in result.reason


def test_a_report_that_lacks_a_column_it_must_have_stays_out(stage: Stage) -> None:
    header = [name for name in HEADERS[32] if name != "Est. Total Fee Amount"]
    assert "without the column(s) Total Fee Amount" in stage(report(header, SALE)).reason
    assert "27 cells under 28 names" in stage(report(HEADERS[28], SALE).removesuffix(b",0.57\n") + b"\n").reason


LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"])
FREE = ["Order ID", "Issuing Bank", "Refund Type", "A New One"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(sorted(HEADERS)),
    st.lists(st.fixed_dictionaries({}, optional={name: st.text(LETTERS, max_size=9) for name in FREE}), max_size=5),
    st.booleans(),
)
def test_every_cell_is_in_a_column_or_in_rescue(stage: Stage, width: int, rows: list[Row], is_new: bool) -> None:
    header = [*HEADERS[width], *(["A New One"] if is_new else [])]
    sent = [[(SALE | row).get(name, "") for name in header] for row in rows]
    if any(cards.find(cell) for row in sent for cell in row):
        return
    result = stage(report(header, *(SALE | row for row in rows)))
    assert result.state == "verified", result.reason
    columns = {header: c.name for c in braintree.TRANSACTION_FEES for header in c.headers}
    staged = [
        [row[columns[n]] if n in columns else json.loads(row["_rescued_data"])[n] for n in header]
        for row in result.rows.get("transaction_fees", [])
    ]
    assert staged == sent


MONEY = {"value": "50.00", "currencyCode": "USD"}
DISPUTE = {
    "id": "ZGlzcHV0ZV8x",
    "legacyId": "c22k",
    "type": "CHARGEBACK",
    "createdAt": "2026-01-25T02:01:37.000000Z",
    "receivedDate": "2026-01-25",
    "status": "LOST",
    "transaction": {"id": "dHJh", "paymentMethodSnapshot": {"venmoUserId": "77777778888888899999999"}},
    "amountDisputed": MONEY,
    "amountWon": {"value": "0.00", "currencyCode": "USD"},
    "statusHistory": [{"__typename": "DisputeStatusEvent", "status": "LOST", "disbursementDate": None}],
}
PAYMENT = {
    "id": "abcde",
    "orderId": "2431.1",
    "createdAt": "2026-01-21T22:58:37.000000Z",
    "status": "SETTLED",
    "statusHistory": [{"settlementBatchId": "2026-01-21_acme_58hbprvz"}, [], []],
    "disbursementDetails": {"date": "2026-01-22", "amount": MONEY},
    "amount": MONEY,
}
REFUND = PAYMENT | {"id": "refund", "refundedTransaction": {"id": "abcde"}}
OBJECTS: dict[str, dict[str, Any]] = {
    "graphql_disputes": DISPUTE,
    "graphql_transactions": PAYMENT,
    "graphql_refunds": REFUND,
    "transactions": {
        "id": "rb476y0x",
        "graphql_id": "dHJhbnNhY3Rpb24",
        "amount": "666.00",
        "currency_iso_code": "USD",
        "created_at": "2026-01-10T14:25:49",
        "merchant_account_id": "acme",
        "payment_instrument_type": "credit_card",
        "credit_card_details": {"bin": "411111", "last_4": "1111"},
        "cvv_response_code": "M",
        "subscription_id": None,
    },
    "disputes": {
        "id": "yxnc",
        "graphql_id": "ZGlz",
        "amount_disputed": 666.0,
        "case_number": "CB1",
        "kind": "chargeback",
    },
    "subscriptions": {
        "id": "sub",
        "plan_id": "gold",
        "price": "20.00",
        "status": "Active",
        "billing_period_start_date": "2026-01-01",
        "billing_period_end_date": "2026-01-31",
        "add_ons": [{"id": "extra", "kind": "add_on", "never_expires": True}],
    },
    "customers": {"id": "896865626", "graphql_id": "Y3Vz", "credit_cards": [], "payment_methods": [], "phone": ""},
    "plans": {"id": "gold", "billing_frequency": 1, "trial_period": True, "price": 20.0, "billing_day_of_month": None},
    "add_ons": {"id": "extra", "kind": "add_on", "amount": 2.0, "never_expires": False, "number_of_billing_cycles": 3},
    "discounts": {"id": "less", "kind": "discount", "amount": 2.0, "never_expires": True},
    "merchant_accounts": {"id": "acme", "currency_iso_code": "USD", "business_details": {}, "funding_details": {}},
}


def landed(result: Any) -> dict[str, int]:
    assert result.state == "verified", result.reason
    return {table: len(rows) for table, rows in result.rows.items()}


@pytest.mark.parametrize("table", OBJECTS)
def test_an_object_lands_in_the_table_of_its_kind_as_it_was_sent(stage: Stage, table: str) -> None:
    sent = OBJECTS[table] | {"a_new_member": 1}
    result = stage(json.dumps(sent).encode())
    assert landed(result) == {table: 1}
    row = result.rows[table][0]
    assert json.loads(row["_rescued_data"]) == {"a_new_member": 1}
    for key, value in OBJECTS[table].items():
        assert row[key] == (value if value is None or isinstance(value, str) else json.dumps(value))


def test_lines_arrays_and_envelopes_are_looked_into(stage: Stage) -> None:
    lines = "\n".join(json.dumps({"stream": t, "data": o, "emitted_at": 1}) for t, o in OBJECTS.items())
    assert landed(stage(lines.encode())) == dict.fromkeys(OBJECTS, 1)
    assert landed(stage(json.dumps([PAYMENT, REFUND, DISPUTE]).encode())) == {
        "graphql_transactions": 1,
        "graphql_refunds": 1,
        "graphql_disputes": 1,
    }


def test_an_answer_of_the_graphql_api_is_looked_into(stage: Stage) -> None:
    edges = [{"cursor": "x", "node": PAYMENT}, {"cursor": "y", "node": PAYMENT | {"id": "other"}}]
    page = {"pageInfo": {"hasNextPage": False, "endCursor": "y"}, "edges": edges}
    answer = {"data": {"search": {"transactions": page}}, "extensions": {"requestId": "z"}}
    result = stage(json.dumps(answer).encode())
    assert landed(result)["graphql_transactions"] == 2
    assert [row["id"] for row in result.rows["graphql_transactions"]] == ["abcde", "other"]
    kept = json.dumps(result.rows, default=str)
    assert all(name in kept for name in ("cursor", "pageInfo", "requestId"))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("graphql_disputes", {"createdAt": "25 Jan 2026"}),
        ("graphql_disputes", {"receivedDate": "01/25/2026"}),
        ("transactions", {"amount": "666,00"}),
        ("transactions", {"currency_iso_code": "840"}),
        ("plans", {"billing_frequency": "monthly"}),
    ],
)
def test_a_member_that_is_written_in_another_way_keeps_the_file_out(stage: Stage, table: str, change: Row) -> None:
    result = stage(json.dumps([OBJECTS[table], OBJECTS[table] | change]).encode())
    assert result.state == "quarantined"
    assert next(iter(change)) in result.reason


def test_an_object_of_no_kind_and_a_card_keep_the_file_out(stage: Stage) -> None:
    assert stage(json.dumps([DISPUTE, {"id": "1", "status": "x"}]).encode()).state == "quarantined"
    for key in ("note", "token"):
        assert "411111******1111" in stage(json.dumps(DISPUTE | {key: "4111111111111111"}).encode()).reason


SAMPLES = {
    "smashpig/braintree/chargeback_lost.json": {"graphql_disputes": 1},
    "smashpig/braintree/raw_batch_report_dispute.json": {"graphql_disputes": 7},
    "smashpig/braintree/raw_batch_report_dispute_single_nd_json.json": {"graphql_disputes": 1},
    "smashpig/braintree/raw_batch_report_gravy_refund.json": {"graphql_refunds": 1},
    "smashpig/braintree/raw_batch_report_refund.json": {"graphql_refunds": 2},
    "smashpig/braintree/raw_settlement_batch_report.json": {"graphql_transactions": 3},
    "airbyte/braintree/expected_records.jsonl": {
        "customers": 1,
        "discounts": 1,
        "disputes": 1,
        "transactions": 5,
        "merchant_accounts": 2,
        "plans": 1,
    },
}


def test_every_sample_file_lands(stage: Stage, samples: Path) -> None:
    files = [*(samples / "smashpig/braintree").iterdir(), *(samples / "airbyte/braintree").iterdir()]
    assert {file.relative_to(samples).as_posix(): landed(stage(file)) for file in files} == SAMPLES
