"""Apple's reports and notifications: a failing test means a lost cell, or a report in bronze that is not whole."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.providers.apple import PROVIDER

Stage = Callable[..., Any]

SUBSCRIBER = {
    "Event Date": "2026-01-31",
    "App Name": "Tides",
    "App Apple ID": "1234567890",
    "Subscription Name": "Tides Plus",
    "Subscription Apple ID": "1234567891",
    "Subscription Group ID": "21000001",
    "Standard Subscription Duration": "1 Month",
    "Subscription Offer Name": " ",
    "Promotional Offer ID": "",
    "Subscription Offer Type": "Pay As You Go",
    "Subscription Offer Duration": "2 Weeks",
    "Marketing Opt-In Duration": "",
    "Customer Price": "-4.49",
    "Customer Currency": "EUR",
    "Developer Proceeds": "3.15",
    "Proceeds Currency": "EUR",
    "Preserved Pricing": " ",
    "Proceeds Reason": " ",
    "Client": " ",
    "Device": "iPhone",
    "Country": "DE",
    "Subscriber ID": "5555593193155555",
    "Subscriber ID Reset": "",
    "Refund": "Yes",
    "Purchase Date": "2026-01-02",
    "Units": "1",
}
EVENT = {
    "Event Date": "2026-01-31",
    "Event": "Renew",
    "App Apple ID": "1234567890",
    "Subscription Apple ID": "1234567891",
    "Country": "DE",
    "Original Start Date": "2025-10-31",
    "Quantity": "3",
}
SUBSCRIPTION = {
    "App Apple ID": "1234567890",
    "Subscription Apple ID": "1234567891",
    "Customer Price": "4.49",
    "Customer Currency": "EUR",
    "Developer Proceeds": "3.15",
    "Proceeds Currency": "EUR",
    "Country": "DE",
    "Active Standard Price Subscriptions": "12",
    "Active Pay as You Go Introductory Offer Subscriptions": "1",
    "Free Trial Win-Back Offers": "2",
}
SALE = {
    "Provider": "APPLE",
    "SKU": "tides.plus",
    "Product Type Identifier": "IAY",
    "Units": "2",
    "Developer Proceeds": "3.15",
    "Begin Date": "01/31/2026",
    "End Date": "01/31/2026",
    "Customer Currency": "EUR",
    "Country Code": "DE",
    "Currency of Proceeds": "EUR",
    "Apple Identifier": "1234567891",
    "Customer Price": "4.49",
}
PRE_ORDER = {
    "Pre-Order Start Date": "01/05/2026",
    "Pre-Order End Date": "02/05/2026",
    "Ordered": "2",
    "Canceled": "1",
    "Cumulative Ordered": "5",
    "Cumulative Canceled": "1",
    "Start Date": "01/31/2026",
    "End Date": "01/31/2026",
    "Country Code": "DE",
    "Apple Identifier": "1234567891",
}
SHARE = {
    "Quantity": "2",
    "Partner Share": "3.15",
    "Extended Partner Share": "6.30",
    "Partner Share Currency": "EUR",
    "Sale or Return": "S",
    "Apple Identifier": "1234567891",
    "Title": 'The 12" mix',
    "Product Type Identifier": "IAY",
    "Country of Sale": "DE",
    "Customer Price": "4.49",
    "Customer Currency": "EUR",
}
FINANCIAL = {"Start Date": "01/04/2026", "End Date": "01/31/2026", "Vendor Identifier": "tides.plus", **SHARE}
DETAIL = {"Transaction Date": "01/30/2026", "Settlement Date": "01/31/2026", "SKU": "tides.plus", **SHARE}
RETURN = {"Sale or Return": "R", "Quantity": "-1", "Extended Partner Share": "-3.15"}
TOTALS = "Total_Rows\t2\nTotal_Amount\t3.15\nTotal_Units\t1\n"
PREAMBLE = "Vendor Name\tTides Ltd\nStart Date\t01/04/2026\nEnd Date\t01/31/2026\n"
SUMMARY = "Country Of Sale\tPartner Share Currency\tQuantity\tExtended Partner Share\n"

REPORTS = {
    "subscriber_report": SUBSCRIBER,
    "subscription_event_report": EVENT,
    "subscription_report": SUBSCRIPTION,
    "sales_report": SALE,
    "pre_order_report": PRE_ORDER,
}
PAYMENTS = """\
"iTunes Connect - Payments and Financial Reports\t(January, 2026)",,,,,,,,,,,,
,,,,,,,,,,,,
Region (Currency),Units Sold,Earned,Pre-Tax Subtotal,Input Tax,Adjustments,Withholding Tax,Total Owed,Exchange Rate,\
Proceeds,Bank Account Currency,,
"Euro-Zone (EUR)","2","6.30","6.30","0","0","0","6.30","1.00000","6.30","EUR",,
"Japan (JPY)","1","700","700","0","0","-70","630","0.00600","3.78","EUR",,
,,,,,,,,,,,,
,,,,,,,,,,"10.08 EUR",,
,,,,,,,,,,Paid to SOME BANK -****0000,,
,,,,,,,,,,,,
"""


def tsv(*rows: Mapping[str, str], after: str = "", before: str = "") -> bytes:
    lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    return (before + "\n".join(lines) + "\n" + after).encode()


def jws(payload: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'ES256'})}.{part(payload)}.c2lnbmF0dXJl"


@pytest.mark.parametrize("table", REPORTS)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_report_is_recognised_and_its_cells_are_placed_as_sent(
    stage: Stage, table: str, packed: Callable[[bytes], bytes]
) -> None:
    sent = REPORTS[table]
    result = stage(packed(tsv(sent, sent)))
    assert (result.state, result.verdict.rescued, len(result.rows[table])) == ("verified", 0, 2), result.reason
    row = result.rows[table][1]
    headers = {header: own.name for own in PROVIDER.columns[table] for header in own.headers}
    assert {header: row[headers[header]] for header in sent} == sent
    absent = {own.name for own in PROVIDER.columns[table]} - {headers[header] for header in sent}
    assert {row[name] for name in absent} <= {None}


def test_a_subscriber_whose_number_looks_like_a_card_is_a_reference_and_in_no_other_column(stage: Stage) -> None:
    assert stage(tsv(SUBSCRIBER)).state == "verified"
    leaked = stage(tsv({**SUBSCRIBER, "App Name": SUBSCRIBER["Subscriber ID"]}))
    assert "card number 555559******5555" in leaked.reason


def test_names_of_older_headers_are_the_same_columns(stage: Stage) -> None:
    older = {
        "SKU": "Vendor Identifier",
        "Developer Proceeds": "Royalty Price",
        "Currency of Proceeds": "Royalty Currency",
    }
    sale = {older.get(name, name): cell for name, cell in SALE.items()} | {"Season Pass": " "}
    row = stage(tsv(sale)).rows["sales_report"][0]
    assert (row["sku"], row["developer_proceeds"], row["currency_of_proceeds"]) == ("tides.plus", "3.15", "EUR")
    promotional = {name.replace("Subscription Offer Name", "Promotional Offer Name"): " " for name in SUBSCRIBER}
    assert stage(tsv({**promotional, **SUBSCRIBER})).rows["subscriber_report"][0]["subscription_offer_name"] == " "


@pytest.mark.parametrize(
    ("table", "changed", "reason"),
    [
        ("subscriber_report", {"Event Date": "31.01.2026"}, "'31.01.2026' in column 'Event Date'"),
        ("subscriber_report", {"Customer Price": "4,49"}, "'4,49' in column 'Customer Price'"),
        ("subscription_event_report", {"Quantity": "3.5"}, "'3.5' in column 'Quantity'"),
        ("subscription_report", {"Customer Currency": "Euro"}, "'Euro' in column 'Customer Currency'"),
        ("sales_report", {"Begin Date": "2026-01-31"}, "'2026-01-31' in column 'Begin Date'"),
        ("sales_report", {"Begin Date": "31/01/2026"}, "'31/01/2026' in column 'Begin Date'"),
        ("pre_order_report", {"Country Code": "Germany"}, "'Germany' in column 'Country Code'"),
    ],
)
def test_a_cell_that_is_written_in_another_way_keeps_the_report_out(
    stage: Stage, table: str, changed: dict[str, str], reason: str
) -> None:
    result = stage(tsv(REPORTS[table], {**REPORTS[table], **changed}))
    assert (result.state, result.verdict.is_releasable) == ("quarantined", True)
    assert result.reason.startswith(f"record 2: {reason}")


@pytest.mark.parametrize("table", REPORTS)
def test_a_missing_required_column_is_named_and_a_new_one_is_rescued(stage: Stage, table: str) -> None:
    sent = REPORTS[table]
    missing = [own.headers[0] for own in PROVIDER.columns[table] if own.is_required][-1]
    without = stage(tsv({name: cell for name, cell in sent.items() if name != missing}))
    assert (without.state, missing in without.reason) == ("quarantined", True), without.reason
    wider = stage(tsv({**sent, "Win-back Count": "7"}))
    assert json.loads(wider.rows[table][0]["_rescued_data"]) == {"Win-back Count": "7"}
    assert "Win-back Count" in " ".join(wider.verdict.notices)


def test_a_torn_line_keeps_the_report_out(stage: Stage) -> None:
    torn = tsv(SUBSCRIBER, SUBSCRIBER)[:-40]
    assert "cells under 26 names" in stage(torn).reason


def test_a_financial_report_lands_with_its_totals_as_frames(stage: Stage) -> None:
    result = stage(tsv(FINANCIAL, {**FINANCIAL, **RETURN}, after=TOTALS))
    assert result.state == "verified", result.reason
    assert [row["extended_partner_share"] for row in result.rows["financial_report"]] == ["6.30", "-3.15"]
    assert result.rows["financial_report"][0]["title"] == 'The 12" mix'
    frames = [(row["kind"], json.loads(row["cells"])) for row in result.rows["report_frames"]]
    assert frames == [("total", line.split("\t")) for line in TOTALS.splitlines()]


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (TOTALS.replace("Rows\t2", "Rows\t3"), "record 3: Total_Rows says 3, the rows are 2"),
        (TOTALS.replace("3.15", "3.16"), "record 4: Total_Amount says 3.16, the rows are 3.15"),
        (TOTALS.replace("Units\t1", "Units\t0"), "record 5: Total_Units says 0, the rows are 1"),
        (f"{SUMMARY}DE\tEUR\t1\t3.14\n", "record 4: DE says 3.14, the rows are 3.15"),
        (f"{SUMMARY}DE\tEUR\t2\t3.15\n", "record 4: DE says 2, the rows are 1"),
        (f"{SUMMARY}AT\tEUR\t0\t0\n", "no total of DE EUR at the end"),
        ("", "no totals at the end"),
    ],
)
@pytest.mark.parametrize("sent", [FINANCIAL, DETAIL])
def test_totals_that_do_not_tie_keep_the_report_out_until_it_is_released(
    stage: Stage, sent: dict[str, str], after: str, reason: str
) -> None:
    report = tsv(sent, {**sent, **RETURN}, after=after)
    result = stage(report)
    assert (result.state, result.verdict.is_releasable) == ("quarantined", True)
    assert reason in result.reason
    assert stage(report, released=True).state == "verified"


def test_a_total_over_several_currencies_is_kept_and_not_compared(stage: Stage) -> None:
    yen = {**FINANCIAL, "Partner Share Currency": "JPY", "Extended Partner Share": "630", "Country of Sale": "JP"}
    totals = f"Total_Rows\t2\nTotal_Amount\t1\nTotal_Units\t4\n{SUMMARY}DE\tEUR\t2\t6.30\nJP\tJPY\t2\t630.00\n"
    assert len(stage(tsv(FINANCIAL, yen, after=totals)).rows["report_frames"]) == 6


def test_a_detailed_report_has_a_preamble_and_a_sum_of_each_country(stage: Stage) -> None:
    result = stage(tsv(DETAIL, {**DETAIL, **RETURN}, before=PREAMBLE, after=f"{SUMMARY}DE\tEUR\t1\t3.15\n"))
    assert [row["_record"] for row in result.rows["financial_detail_report"]] == [4, 5]
    assert [row["kind"] for row in result.rows["report_frames"]] == ["preamble"] * 3 + ["summary"] * 2


def test_the_web_pages_report_lands_without_its_padding(stage: Stage) -> None:
    result = stage(PAYMENTS.encode())
    assert (result.state, result.verdict.rescued, list(result.verdict.notices)) == ("verified", 0, []), result.reason
    assert [row["region_currency"] for row in result.rows["payments_report"]] == ["Euro-Zone (EUR)", "Japan (JPY)"]
    assert [row["kind"] for row in result.rows["report_frames"]] == ["preamble", "total", "paid_to"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("10.08 EUR", "10.09 EUR", "the total is 10.09 EUR, the regions' proceeds are 10.08 EUR"),
        ('"10.08 EUR"', "", "the total is missing"),
        ("Japan (JPY)", "Japan", "'Japan' in column 'Region (Currency)'"),
        ('"3.78"', '"abc"', "'abc' in column 'Proceeds'"),
        ('"6.30","EUR",,', '"6.30","EUR",,note', "a cell under no name that is not empty"),
        ('"630",', "", "12 cells under 13 names"),
    ],
)
def test_a_damaged_report_of_the_web_page_is_kept_out(stage: Stage, old: str, new: str, reason: str) -> None:
    assert old in PAYMENTS
    result = stage(PAYMENTS.replace(old, new).encode())
    assert (result.state, reason in result.reason) == ("quarantined", True), result.reason


def test_signed_notifications_are_kept_as_sent_one_by_one_in_lines_and_as_a_history(stage: Stage) -> None:
    signed = jws({"notificationType": "DID_RENEW"})
    one = json.dumps({"signedPayload": signed})
    history = {
        "notificationHistory": [{"signedPayload": signed, "sendAttempts": [{"attemptDate": 1}]}],
        "hasMore": False,
    }
    lines = stage(f"{one}\n{one}\n".encode())
    assert [row["signedPayload"] for row in lines.rows["server_notifications"]] == [signed, signed]
    page = stage(json.dumps(history).encode())
    assert page.rows["server_notifications"][0]["sendAttempts"] == '[{"attemptDate": 1}]'
    assert json.loads(page.rows["report_frames"][0]["cells"]) == [{"hasMore": False}]


def test_a_decoded_notification_lands_and_seconds_instead_of_milliseconds_do_not(stage: Stage) -> None:
    sent = {"notificationType": "REFUND", "notificationUUID": "u-1", "data": {"bundleId": "tides"}, "version": "2.0"}
    row = stage(json.dumps({**sent, "signedDate": 1767225600000}).encode()).rows["server_notifications"][0]
    assert (row["notificationType"], row["data"]) == ("REFUND", '{"bundleId": "tides"}')
    assert "1767225600" in stage(json.dumps({**sent, "signedDate": 1767225600}).encode()).reason


def test_a_payload_that_lost_its_signature_is_kept_out(stage: Stage) -> None:
    torn = jws({"notificationType": "DID_RENEW"}).rpartition(".")[0]
    assert "no whole JSON web signature" in stage(json.dumps({"signedPayload": torn}).encode()).reason


@pytest.mark.parametrize("depth", [1, 2])
def test_a_card_number_inside_a_signed_payload_is_found_and_a_transaction_is_none(stage: Stage, depth: int) -> None:
    def notification(transaction: object) -> bytes:
        data = {"signedTransactionInfo": jws(transaction)} if depth == 2 else transaction
        return json.dumps({"signedPayload": jws({"notificationType": "REFUND", "data": data})}).encode()

    assert stage(notification({"transactionId": "5555593193155555"})).state == "verified"
    found = stage(notification({"appAccountName": "4242424242424242"}))
    assert "card number 424242******4242" in found.reason


@given(table=st.sampled_from(sorted(REPORTS)), data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_is_in_a_column_or_in_rescue(stage: Stage, table: str, data: st.DataObject) -> None:
    """Any order of columns, optional ones left out, unknown ones added."""
    word = st.text(st.sampled_from("abcXYZ -/"), min_size=1, max_size=8)
    required = {own.headers[0] for own in PROVIDER.columns[table] if own.is_required}
    known = {header for own in PROVIDER.columns[table] for header in own.headers}
    sent = {name: cell for name, cell in REPORTS[table].items() if name in required or data.draw(st.booleans())}
    new = {f"x{name.strip()}": data.draw(word) for name in data.draw(st.lists(word, unique_by=str.strip, max_size=3))}
    new = {name: cell for name, cell in new.items() if name not in known}
    order = data.draw(st.permutations(sorted({**sent, **new})))
    row = {name: {**sent, **new}[name] for name in order}
    result = stage(tsv(row))
    assert result.state == "verified", result.reason
    staged = result.rows[table][0]
    headers = {header: own.name for own in PROVIDER.columns[table] for header in own.headers}
    assert {name: staged[headers[name]] for name in sent} == sent
    assert json.loads(staged["_rescued_data"] or "{}") == new


SAMPLES: dict[str, tuple[dict[str, int], str]] = {
    "apple-appstore-sdk-go/finances/financial.tsv": ({"financial_report": 2, "report_frames": 3}, ""),
    "apple-appstore-sdk-go/sales/preorders.tsv": ({"pre_order_report": 2}, ""),
    "apple-appstore-sdk-go/sales/sales.tsv": ({"sales_report": 46}, ""),
    "apple-appstore-sdk-go/sales/subscribers.tsv": ({"subscriber_report": 48}, ""),
    "apple-appstore-sdk-go/sales/subscriptions-events.tsv": ({"subscription_event_report": 49}, ""),
    "apple-appstore-sdk-go/sales/subscriptions.tsv": ({"subscription_report": 49}, ""),
    "apple-itunes-connect-2012/report.txt": ({"sales_report": 4}, ""),
    "apple-reverse-charger/financial_report.csv": ({"payments_report": 5, "report_frames": 3}, ""),
    "apple-reverse-charger/financial_report_malformed.csv": ({}, "record 6: 10 cells under 13 names"),
}


def test_every_real_file_lands_or_is_kept_out_for_the_right_reason(stage: Stage, samples: Path) -> None:
    files = {str(path.relative_to(samples)): path for path in sorted(samples.glob("apple-*/**/*")) if path.is_file()}
    assert files.keys() == SAMPLES.keys()
    for name, path in files.items():
        result, (tables, reason) = stage(path), SAMPLES[name]
        assert {table: len(rows) for table, rows in result.rows.items()} == tables, (name, result.reason)
        assert reason in result.reason, name
        assert result.verdict.rescued == 0


def test_tables_of_a_connector_are_no_exports(stage: Stage, samples: Path) -> None:
    files = sorted(samples.glob("fivetran-apple-store/*"))
    assert len(files) == 8
    assert {stage(path).reason.partition(",")[0] for path in files} == {"unrecognised: a connector's table"}
    assert stage(samples / "fivetran-reference/apple_store_country_codes.csv").reason.startswith(
        "unrecognised: no known"
    )
