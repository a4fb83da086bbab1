"""Google Play's reports and notifications: a failing test means a lost cell, or a changed meaning that got in."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paylake.landing import cards
from paylake.providers.google_play import PROVIDER

Stage = Callable[..., Any]

EARNING = {
    "Description": "GPA.3302-1312-6140-38722..2",
    "Transaction Date": "Nov 1, 2019",
    "Transaction Time": "3:29:44 AM PDT",
    "Tax Type": "",
    "Transaction Type": "Google fee",
    "Refund Type": "",
    "Product Title": "Monthly (Tides)",
    "Product id": "app.tides",
    "Product Type": "1",
    "Sku Id": "tides.monthly",
    "Hardware": "a15",
    "Buyer Country": "DK",
    "Buyer State": "",
    "Buyer Postal Code": "1000",
    "Buyer Currency": "DKK",
    "Amount (Buyer Currency)": "-3.44",
    "Currency Conversion Rate": "0.14937",
    "Merchant Currency": "USD",
    "Amount (Merchant Currency)": "-0.51",
}
LATER = {"Product id": "Package ID", "Sku Id": "SKU ID"}
LATER_ONLY = {"Base Plan or Purchase Option ID": "p1m", "First USD 1M Eligible": "Yes", "Service Fee %": "15"}
SALE = {
    "Order Number": "GPA.3302-1312-6140-38722",
    "Order Charged Date": "2024-01-01",
    "Order Charged Timestamp": "1704112948",
    "Financial Status": "Charged",
    "Device Model": "a15",
    "Product Title": "Monthly (Tides)",
    "Product ID": "app.tides",
    "Product Type": "subscription",
    "SKU ID": "tides.monthly",
    "Currency of Sale": "JPY",
    "Item Price": "1,234.00",
    "Taxes Collected": "123.40",
    "Charged Amount": "1,357.40",
    "City of Buyer": "",
    "State of Buyer": "",
    "Postal Code of Buyer": "",
    "Country of Buyer": "JP",
}
COUNTRY = {
    "Date": "2026-01-31",
    "Package Name": "app.tides",
    "Product ID": "tides.monthly",
    "Country": "DE",
    "New Subscriptions": "3",
    "Cancelled Subscriptions": "1",
    "Active Subscriptions": "21",
}
DEVICE = {("Device" if name == "Country" else name): cell for name, cell in COUNTRY.items()}
REPORTS = {
    "earnings": EARNING,
    "estimated_sales": SALE,
    "subscriptions_country": COUNTRY,
    "subscriptions_device": DEVICE,
}
NOTIFICATION = {
    "version": "1.0",
    "packageName": "app.tides",
    "eventTimeMillis": "1767225600000",
    "subscriptionNotification": {"version": "1.0", "notificationType": 4, "purchaseToken": "token"},
}


def text_of(*rows: Mapping[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def report(*rows: Mapping[str, str]) -> bytes:
    return text_of(*rows).encode()


def message(data: object, **more: object) -> dict[str, object]:
    encoded = base64.b64encode(json.dumps(data).encode()).decode()
    return {
        "message": {"data": encoded, "messageId": "5555593193155555", **more},
        "subscription": "projects/p/subscriptions/s",
    }


@pytest.mark.parametrize("table", REPORTS)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_report_is_recognised_and_its_cells_are_placed_as_sent(
    stage: Stage, table: str, packed: Callable[[bytes], bytes]
) -> None:
    sent = REPORTS[table]
    result = stage(packed(report(sent, sent)))
    assert (result.state, result.verdict.rescued, len(result.rows[table])) == ("verified", 0, 2), result.reason
    headers = {header: own.name for own in PROVIDER.columns[table] for header in own.headers}
    assert {header: result.rows[table][1][headers[header]] for header in sent} == sent


def test_the_names_of_later_headers_are_the_same_columns(stage: Stage) -> None:
    later = {LATER.get(name, name): cell for name, cell in EARNING.items()} | LATER_ONLY
    row, old = (stage(report(sent)).rows["earnings"][0] for sent in (later, EARNING))
    assert (row["package_id"], row["sku_id"]) == (old["package_id"], old["sku_id"]) == ("app.tides", "tides.monthly")
    assert (row["base_plan_or_purchase_option_id"], row["service_fee_percent"]) == ("p1m", "15")
    assert (old["base_plan_or_purchase_option_id"], old["service_fee_percent"]) == (None, None)


def test_subscription_statistics_are_utf_16(stage: Stage) -> None:
    result = stage(text_of(COUNTRY).encode("utf-16"))
    assert result.rows["subscriptions_country"][0]["date"] == "2026-01-31", result.reason


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_the_time_of_day_is_pacific_whatever_space_stands_in_it(stage: Stage, space: str) -> None:
    time = f"6:23:05{space}PM PST"
    assert stage(report({**EARNING, "Transaction Time": time})).rows["earnings"][0]["transaction_time"] == time


@pytest.mark.parametrize(
    ("table", "changed", "reason"),
    [
        ("earnings", {"Transaction Date": "2019-11-01"}, "'2019-11-01' in column 'Transaction Date'"),
        ("earnings", {"Transaction Time": "3:29:44 AM UTC"}, "'3:29:44 AM UTC' in column 'Transaction Time'"),
        ("earnings", {"Amount (Merchant Currency)": "-0,51"}, "'-0,51' in column 'Amount (Merchant Currency)'"),
        ("earnings", {"Merchant Currency": "$"}, "'$' in column 'Merchant Currency'"),
        ("estimated_sales", {"Order Charged Timestamp": "1704112948000"}, "in column 'Order Charged Timestamp'"),
        ("estimated_sales", {"Order Charged Date": "01/02/2024"}, "'01/02/2024' in column 'Order Charged Date'"),
        ("estimated_sales", {"Charged Amount": "JPY 1357"}, "'JPY 1357' in column 'Charged Amount'"),
        ("subscriptions_country", {"Active Subscriptions": "21%"}, "'21%' in column 'Active Subscriptions'"),
    ],
)
def test_a_cell_that_is_written_in_another_way_keeps_the_report_out(
    stage: Stage, table: str, changed: dict[str, str], reason: str
) -> None:
    result = stage(report(REPORTS[table], {**REPORTS[table], **changed}))
    assert (result.state, result.verdict.is_releasable) == ("quarantined", True)
    assert result.reason.startswith("record 2: ")
    assert reason in result.reason


@pytest.mark.parametrize("table", ["earnings", "estimated_sales"])
def test_a_missing_required_column_is_named_and_a_new_one_is_rescued(stage: Stage, table: str) -> None:
    sent = REPORTS[table]
    missing = next(own.headers[0] for own in PROVIDER.columns[table] if own.is_required)
    without = stage(report({name: cell for name, cell in sent.items() if name != missing}))
    assert (without.state, missing in without.reason) == ("quarantined", True), without.reason
    wider = stage(report({**sent, "Loyalty Points": "7"}))
    assert json.loads(wider.rows[table][0]["_rescued_data"]) == {"Loyalty Points": "7"}
    assert "Loyalty Points" in " ".join(wider.verdict.notices)


def test_order_numbers_are_references_even_where_part_of_one_looks_like_a_card(stage: Stage) -> None:
    """`4...-....-.....` is as long as an old Visa number: one order number in seventy passes for one."""
    chance = random.Random(7)
    orders = [
        f"GPA.33{chance.randrange(100):02}-4{chance.randrange(1000):03}-{chance.randrange(10_000):04}"
        f"-{chance.randrange(100_000):05}"
        for _ in range(500)
    ]
    assert sum(cards.find(order) is not None for order in orders) > 20
    sales = stage(report(*({**SALE, "Order Number": order} for order in orders)))
    assert (sales.state, len(sales.rows["estimated_sales"])) == ("verified", 500), sales.reason
    refund = {**NOTIFICATION, "voidedPurchaseNotification": {"orderId": next(filter(cards.find, orders))}}
    assert stage(json.dumps(message(refund)).encode()).state == "verified"


@pytest.mark.parametrize("cell", ["4111-1111-1111-1111", "GPA.3302-1312-6140-38722 4111-1111-1111-1111"])
def test_a_card_number_in_the_column_of_order_numbers_is_found(stage: Stage, cell: str) -> None:
    assert "card number 411111******1111" in stage(report({**SALE, "Order Number": cell})).reason


def test_messages_of_pubsub_are_kept_as_delivered_pushed_and_pulled(stage: Stage) -> None:
    sent = message(NOTIFICATION, publishTime="2026-01-01T00:00:00Z")
    pushed = stage(f"{json.dumps(sent)}\n{json.dumps(sent)}\n".encode())
    rows = pushed.rows["pubsub_messages"]
    assert [json.loads(row["message"]) for row in rows] == [sent["message"]] * 2, pushed.reason
    assert rows[0]["subscription"] == "projects/p/subscriptions/s"
    pulled = stage(json.dumps({"receivedMessages": [{"ackId": "a1", "message": sent["message"]}]}).encode())
    assert pulled.rows["pubsub_messages"][0]["ackId"] == "a1"


def test_a_decoded_notification_lands_and_seconds_instead_of_milliseconds_do_not(stage: Stage) -> None:
    row = stage(json.dumps(NOTIFICATION).encode()).rows["developer_notifications"][0]
    assert (row["packageName"], row["eventTimeMillis"]) == ("app.tides", "1767225600000")
    assert json.loads(row["subscriptionNotification"]) == NOTIFICATION["subscriptionNotification"]
    seconds = stage(json.dumps({**NOTIFICATION, "eventTimeMillis": "1767225600"}).encode())
    assert "'1767225600'" in seconds.reason


def test_messages_of_other_topics_are_kept_out(stage: Stage) -> None:
    foreign = json.dumps(message({"order": 1}))
    assert stage(foreign.encode()).reason.startswith("unrecognised")
    mixed = stage(f"{json.dumps(message(NOTIFICATION))}\n{foreign}\n".encode())
    assert mixed.reason == "record 2: a message of Pub/Sub whose data is no developer notification of Google Play"


def test_a_card_number_inside_the_encoded_data_is_found(stage: Stage) -> None:
    leaked = message({**NOTIFICATION, "testNotification": {"note": "4242424242424242"}})
    assert "card number 424242******4242" in stage(json.dumps(leaked).encode()).reason


@given(table=st.sampled_from(sorted(REPORTS)), data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_is_in_a_column_or_in_rescue(stage: Stage, table: str, data: st.DataObject) -> None:
    """Any order of columns, optional ones left out, unknown ones added, cells with whatever CSV can quote."""
    word = st.text(st.sampled_from('abcXYZ -/,"\n'), min_size=1, max_size=8)
    columns = {header: own for own in PROVIDER.columns[table] for header in own.headers}
    sent = {
        name: cell if columns[name].format else cell + data.draw(word)
        for name, cell in REPORTS[table].items()
        if columns[name].is_required or data.draw(st.booleans())
    }
    names = data.draw(st.lists(st.sampled_from(["one", "two", "three", "four"]), unique=True))
    new = {name: data.draw(word) for name in names}
    order = data.draw(st.permutations(sorted({**sent, **new})))
    result = stage(report({name: {**sent, **new}[name] for name in order}))
    assert result.state == "verified", result.reason
    staged = result.rows[table][0]
    assert {name: staged[columns[name].name] for name in sent} == sent
    assert json.loads(staged["_rescued_data"] or "{}") == new


def test_tables_of_a_connector_are_no_exports(stage: Stage, samples: Path) -> None:
    files = [
        *sorted(samples.glob("fivetran-google-play/*")),
        samples / "fivetran-reference/google_play__country_codes.csv",
    ]
    assert len(files) == 18
    assert {stage(path).reason.partition(":")[0] for path in files} == {"unrecognised"}


def test_the_rows_of_a_connector_fit_the_formats_of_the_reports(stage: Stage, samples: Path) -> None:
    """The only real earnings at hand are a connector's copy: under their own names they must land."""
    with (samples / "fivetran-google-play/earnings.csv").open(newline="") as file:
        copies = list(csv.DictReader(file))
    by_name = {own.name: own.headers[-1] for own in PROVIDER.columns["earnings"]}
    rows = [
        {by_name[name]: cell for key, cell in copy.items() if (name := NAMES.get(key, key.strip("_"))) in by_name}
        for copy in copies
    ]
    result = stage(report(*rows))
    assert (result.state, len(result.rows["earnings"])) == ("verified", 10), result.reason
    assert len(rows[0]) == 21


CONNECTOR = "unrecognised: a connector's table, not an export: land the provider's own files"

NAMES = {"product_id": "package_id", "base_plan_id": "base_plan_or_purchase_option_id"}
"""Columns of the connector that have another name here."""
