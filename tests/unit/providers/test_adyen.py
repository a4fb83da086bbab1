"""Adyen's exports: a failing test means that a cell is lost, or that a file whose meaning changed gets in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import Stage, check_every_cell_is_found, names, report

from paylake.providers import adyen

STANDARD = [
    *names("Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date"),
    *names("TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC)"),
    *names("Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC)"),
    *names("Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference"),
    *names("Batch Number,Reserved4,Reserved5,Reserved6,Reserved7,Reserved8,Reserved9,Reserved10"),
]
BOOKED = [*STANDARD, "Booking Date", "Booking Date TimeZone"]
PLATFORM = [
    *BOOKED,
    *names("Metadata,Balance Currency,Net Debit (BC),Net Credit (BC),Payment Fees (NC),DCC Markup (NC)"),
    *names("Funds Destination,Balance Platform Debit,Balance Platform Credit,Shopper Country"),
    *names("Clearing Network,Merchant Order Reference,Dispute Reference,ARN,Settlement Flow"),
    *names("Authorisation Code,Gross Fees (NC)"),
]
SETTLED = {
    "Company Account": "Acme",
    "Merchant Account": "AcmeEU",
    "Psp Reference": "QFQTPCQ8HXSKGK82",
    "Merchant Reference": "order-1",
    "Payment Method": "visa",
    "Creation Date": "2026-01-31 23:59:59",
    "TimeZone": "CET",
    "Type": "Settled",
    "Modification Reference": "LQWDDLKTSV2GGS82",
    "Gross Currency": "EUR",
    "Gross Credit (GC)": "10",
    "Exchange Rate": "1",
    "Net Currency": "EUR",
    "Net Credit (NC)": "9.72",
    "Commission (NC)": ".11",
    "Interchange (NC)": "0.17",
    "Batch Number": "7",
    "ARN": "1.2302025304E+022",
}
PAYOUT = SETTLED | {
    "Psp Reference": "",
    "Merchant Reference": "",
    "Payment Method": "",
    "Type": "MerchantPayout",
    "Modification Reference": "TX1 batch 7, AcmeEU",
    "Gross Credit (GC)": "",
    "Net Credit (NC)": "",
    "Net Debit (NC)": "9.72",
    "Commission (NC)": "",
    "Interchange (NC)": "",
    "ARN": "",
}
ACCOUNTING = [
    *names("Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method"),
    *names("Payment Method Variant,Booking Date,TimeZone,Record Type,Modification Psp Reference"),
    *names("Main Currency,Main Amount,Payment Currency,Received (PC),Exchange Rate,Authorised (PC)"),
    *names("Captured (PC),Settlement Currency,Payable (SC),Commission (SC),Markup (SC)"),
    *names("Scheme Fees (SC),Interchange (SC),Processing Fee Currency,Processing Fee (FC)"),
    *names("Modification Merchant Reference,Original Amount,Merchant Order Reference"),
    *names("Shopper Reference,Reserved3,Reserved4,Reserved5,Reserved6,Reserved7,Reserved8"),
    *names("Reserved9,Reserved10"),
]
AUTHORISED = {
    "Company Account": "Acme",
    "Merchant Account": "AcmeEU",
    "Psp Reference": "QFQTPCQ8HXSKGK82",
    "Booking Date": "2026-01-31 23:59:59",
    "TimeZone": "CET",
    "Record Type": "Authorised",
    "Main Currency": "EUR",
    "Main Amount": "10.40",
    "Payment Currency": "EUR",
    "Received (PC)": "-10.40",
    "Authorised (PC)": "10.40",
}
DISPUTED = {
    "Company Account": "Acme",
    "Merchant Account": "AcmeEU",
    "Psp Reference": "QFQTPCQ8HXSKGK82",
    "Record Date": "2026-01-31 23:59:59",
    "Record Date TimeZone": "CET",
    "Dispute Currency": "EUR",
    "Dispute Amount": "10.40",
    "Record Type": "NotificationOfChargeback",
    "Dispute PSP Reference": "LQWDDLKTSV2GGS82",
    "Dispute Reason": "Fraud",
    "Risk Scoring": "30",
    "Shopper PAN": "1111",
    "CVC2 Response": "1",
    "Dispute Auto Defended": "false",
}
DISPUTES = [column.headers[0] for column in adyen.DISPUTE if column.name != "payment_method_variant"]
NOTIFICATION = {
    "additionalData": {"merchantOrderReference": "8826173525728789", "bookingDate": "2026-01-31T23:59:59Z"},
    "amount": {"currency": "EUR", "value": 1000},
    "eventCode": "CAPTURE",
    "eventDate": "2026-01-31T23:59:59+01:00",
    "merchantAccountCode": "AcmeEU",
    "merchantReference": "order-1",
    "originalReference": "9913140798220028",
    "pspReference": "QFQTPCQ8HXSKGK82",
    "reason": "null",
    "success": "true",
}


@pytest.mark.parametrize(
    "header",
    [STANDARD, [*STANDARD, "Merchant Order Reference"], BOOKED, PLATFORM, STANDARD[::-1]],
    ids=["30", "31", "32", "49", "reordered"],
)
def test_every_generation_of_settlement_details_lands_in_one_table_by_name(stage: Stage, header: list[str]) -> None:
    result = stage(report(header, SETTLED, PAYOUT))
    assert (result.state, result.reason) == ("verified", "")
    settled, payout = result.rows["settlement_detail"]
    assert settled["gross_credit_gc"] == "10"
    assert settled["commission_nc"] == ".11"
    assert settled["batch_number"] == "7"
    assert settled["_rescued_data"] is None
    assert (payout["psp_reference"], payout["net_debit_nc"]) == ("", "9.72")
    assert (settled["arn"] is None) == ("ARN" not in header)
    assert result.verdict.cells == 2 * len(header)


def test_generations_have_the_sizes_that_the_provider_delivers() -> None:
    assert [len(STANDARD), len(BOOKED), len(PLATFORM), len(ACCOUNTING), len(DISPUTES)] == [30, 32, 49, 37, 45]


def test_payment_accounting_keeps_the_column_that_its_header_names_twice(stage: Stage) -> None:
    header = [*ACCOUNTING, "Payable Batch", "Settlement Currency", "Metadata"]
    row = AUTHORISED | {"Settlement Currency": "EUR", "Metadata": '{"a":"b, ""c"}'}
    result = stage(report(header, row))
    assert (result.state, result.reason) == ("verified", "")
    landed = result.rows["payment_accounting"][0]
    assert landed["settlement_currency"] == "EUR"
    assert json.loads(landed["_rescued_data"]) == {"Settlement Currency#2": "EUR"}
    assert landed["metadata"] == '{"a":"b, ""c"}'
    assert stage(report(ACCOUNTING, AUTHORISED)).rows["payment_accounting"][0]["received_pc"] == "-10.40"


def test_a_dispute_report_lands_with_the_results_of_checks_and_the_last_digits_of_the_card(stage: Stage) -> None:
    result = stage(report(DISPUTES, DISPUTED))
    assert (result.state, result.reason) == ("verified", "")
    landed = result.rows["dispute_report"][0]
    assert (landed["dispute_psp_reference"], landed["shopper_pan"], landed["cvc2_response"]) == (
        "LQWDDLKTSV2GGS82",
        "1111",
        "1",
    )
    assert stage(report(DISPUTES, DISPUTED | {"Shopper PAN": "4111111111111111"})).state == "quarantined"


@pytest.mark.parametrize(
    ("header", "row", "column", "cell"),
    [
        (STANDARD, SETTLED, "Gross Debit (GC)", "-1.00"),
        (STANDARD, SETTLED, "Net Credit (NC)", "9,72"),
        (STANDARD, SETTLED, "Net Credit (NC)", "EUR 9.72"),
        (STANDARD, SETTLED, "Commission (NC)", "1.2E-02"),
        (STANDARD, SETTLED, "Creation Date", "31/01/2026 23:59:59"),
        (STANDARD, SETTLED, "Creation Date", "2026-01-31T23:59:59Z"),
        (STANDARD, SETTLED, "TimeZone", "Europe/Amsterdam"),
        (STANDARD, SETTLED, "Net Currency", "978"),
        (STANDARD, SETTLED, "Batch Number", "seven"),
        (ACCOUNTING, AUTHORISED, "Main Amount", "10,40"),
        (ACCOUNTING, AUTHORISED, "Booking Date", "01/31/2026"),
        (DISPUTES, DISPUTED, "Dispute Amount", "(10.40)"),
        (DISPUTES, DISPUTED, "Dispute Date", "31.01.2026"),
    ],
)
def test_a_cell_that_is_written_otherwise_refuses_the_file(
    stage: Stage, header: list[str], row: dict[str, str], column: str, cell: str
) -> None:
    result = stage(report(header, row, row | {column: cell}))
    assert (result.state, result.rows) == ("quarantined", {})
    assert "record 2" in result.reason
    assert column in result.reason


@pytest.mark.parametrize(
    ("header", "row", "column"),
    [
        (STANDARD, SETTLED, "Batch Number"),
        (STANDARD, SETTLED, "Net Debit (NC)"),
        (ACCOUNTING, AUTHORISED, "Payable (SC)"),
        (DISPUTES, DISPUTED, "Dispute Reason"),
    ],
)
def test_a_report_without_a_column_that_it_needs_is_refused_with_its_name(
    stage: Stage, header: list[str], row: dict[str, str], column: str
) -> None:
    result = stage(report([name for name in header if name != column], row))
    assert result.state == "quarantined"
    assert column in result.reason


def test_a_new_column_is_rescued_and_noticed(stage: Stage) -> None:
    result = stage(report([*STANDARD, "Interchange Plus Plus"], SETTLED | {"Interchange Plus Plus": "x"}))
    assert json.loads(result.rows["settlement_detail"][0]["_rescued_data"]) == {"Interchange Plus Plus": "x"}
    assert any("Interchange Plus Plus" in notice for notice in result.verdict.notices)


def test_a_reference_damaged_by_a_spreadsheet_is_kept_and_noticed(stage: Stage) -> None:
    result = stage(report(PLATFORM, SETTLED))
    assert result.rows["settlement_detail"][0]["arn"] == "1.2302025304E+022"
    assert any("ARN" in notice or "arn" in notice for notice in result.verdict.notices)


def test_a_reference_that_looks_like_a_card_number_is_none_and_a_card_number_in_metadata_is_one(stage: Stage) -> None:
    assert stage(report(PLATFORM, SETTLED | {"Modification Reference": "5555593193155555"})).state == "verified"
    result = stage(report(PLATFORM, SETTLED | {"Metadata": '{"pan":"4111 1111 1111 1111"}'}))
    assert result.state == "quarantined"
    assert "4111 1111" not in result.reason


@pytest.mark.parametrize("before", [b"\n\n", b"\r\n \r\n", b"\xef\xbb\xbf", b",,,\n"])
def test_blank_lines_and_a_mark_before_the_header_are_passed_over(stage: Stage, before: bytes) -> None:
    result = stage(before + report(STANDARD, SETTLED))
    assert (result.state, result.reason) == ("verified", "")
    assert len(result.rows["settlement_detail"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        report(STANDARD, SETTLED, PAYOUT)[:-40],
        report(STANDARD, SETTLED) + b"Acme,AcmeEU,,,,2026-01-31 23:59:59,CET,Fee\n",
        report(STANDARD, SETTLED)[:-1] + b",,\n",
        report(STANDARD, SETTLED).replace(b"order-1", b'"order-1'),
        report(STANDARD, SETTLED).replace(b"order-1", b"order\0"),
        report(STANDARD, SETTLED).decode().encode("utf-16"),
    ],
    ids=["half a line", "short row", "long row", "open quote", "NUL", "UTF-16"],
)
def test_a_damaged_report_is_refused_whole(stage: Stage, data: bytes) -> None:
    result = stage(data)
    assert (result.state, result.rows) == ("quarantined", {})
    assert result.reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_every_cell_is_in_a_column_or_rescued(stage: Stage, data: st.DataObject) -> None:
    check_every_cell_is_found(stage, data, "settlement_detail", adyen.SETTLEMENT_DETAIL, SETTLED)


def test_notifications_land_with_and_without_their_envelope(stage: Stage) -> None:
    item = {"NotificationRequestItem": NOTIFICATION}
    wrapped = json.dumps({"live": "true", "notificationItems": [item, item]}).encode()
    result = stage(wrapped)
    assert (result.state, result.reason) == ("verified", "")
    first, second = result.rows["notifications"]
    assert first["pspReference"] == second["pspReference"] == "QFQTPCQ8HXSKGK82"
    assert json.loads(first["amount"]) == {"currency": "EUR", "value": 1000}
    (envelope,) = result.rows["report_frames"]
    assert json.loads(envelope["cells"]) == [{"live": "true"}]
    assert envelope["_record"] == second["_record"] + 1
    bare = stage(json.dumps(NOTIFICATION).encode()).rows["notifications"]
    assert [row["eventCode"] for row in bare] == ["CAPTURE"]
    lines = b"\n".join([wrapped, wrapped])
    assert len(stage(lines).rows["notifications"]) == 4


def test_a_card_number_in_a_notification_refuses_it(stage: Stage) -> None:
    result = stage(json.dumps(NOTIFICATION | {"reason": "card 4111 1111 1111 1111"}).encode())
    assert result.state == "quarantined"
    assert "1111 1111" not in result.reason
    assert stage(json.dumps(NOTIFICATION | {"originalReference": "5555593193155555"}).encode()).state == "verified"


@pytest.mark.parametrize(
    "data",
    [b'{"notificationItems":[{"NotificationRequestItem":{"eventCode":"CAPTURE"', b'{"notificationItems":[{"a":1}]}'],
)
def test_half_a_notification_and_an_item_of_another_kind_are_refused(stage: Stage, data: bytes) -> None:
    assert stage(data).state == "quarantined"


SAMPLES = {
    "payments_accounting_report_chargeback.csv": {"payment_accounting": 1},
    "payments_accounting_report_gravy_chargeback.csv": {"payment_accounting": 1},
    "payments_accounting_report_nyce.csv": {"payment_accounting": 4},
    "settlement_detail_report_chargeback.csv": {"settlement_detail": 3},
    "settlement_detail_report_chargeback_reversed.csv": {"settlement_detail": 1},
    "settlement_detail_report_deposit_correction.csv": {"settlement_detail": 2},
    "settlement_detail_report_donation-ach.csv": {"settlement_detail": 2},
    "settlement_detail_report_donation-ideal.csv": {"settlement_detail": 2},
    "settlement_detail_report_donation.csv": {"settlement_detail": 2},
    "settlement_detail_report_donation_reordered.csv": {"settlement_detail": 2},
    "settlement_detail_report_emptynetcredit.csv": {"settlement_detail": 1},
    "settlement_detail_report_ignore.csv": {"settlement_detail": 2},
    "settlement_detail_report_invoice_deduction.csv": {"settlement_detail": 2},
    "settlement_detail_report_refund.csv": {"settlement_detail": 3},
    "ipn_Autorescue_failed.json": {"notifications": 1},
    "ipn_Chargeback_ACH.json": {"notifications": 1},
}
"""File -> rows by table, where it is no notification in its envelope."""


def test_every_real_file_lands_whole(stage: Stage, samples: Path) -> None:
    files = sorted((samples / "smashpig" / "adyen").iterdir())
    assert SAMPLES.keys() <= {path.name for path in files}
    assert len(files) == 40
    verdicts = {path.name: stage(path) for path in files}
    assert {name: result.reason for name, result in verdicts.items() if result.state != "verified"} == {}
    for path in files:
        counts = {name: len(rows) for name, rows in verdicts[path.name].rows.items()}
        assert counts == SAMPLES.get(path.name, {"notifications": 1, "report_frames": 1}), path.name
