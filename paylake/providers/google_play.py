"""Google Play: earnings, estimated sales and subscription statistics as CSV, real-time developer notifications as JSON.

Sources: Play Console help ("Sales and payout reports", "Download and export monthly reports"), the reference of
real-time developer notifications, the REST reference of Pub/Sub; docs/reference/google_play.md has the quirks.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from paylake.providers.formats import (
    CURRENCY,
    EPOCH_MILLISECONDS,
    EPOCH_SECONDS,
    INTEGER,
    ISO_DATE,
    UNSIGNED,
    moment,
    pattern,
)
from paylake.providers.layouts import delimited
from paylake.providers.provider import Days, Documents, Export, Provider, column, keys
from paylake.providers.refused import Refused

NAME = "google_play"
SCHEMA = "bronze_google_play"

AMOUNT = pattern("a decimal in major units, like -1,050.25", r"-?(\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+)")
"""Thousands are grouped by commas in some months, in others not."""
LONG_DATE = moment("%b %d, %Y", example="Nov 1, 2019")
PACIFIC_TIME = pattern(
    "a time of day in Pacific time, like 3:29:44 AM PDT", "\\d{1,2}:\\d{2}:\\d{2}[ \u00a0\u202f][AP]M P[DS]T"
)
COUNTRY = pattern("a country of two letters, like DE", r"[A-Z]{2}")
PERCENT = pattern("a percentage, like 15", r"\d+(\.\d*)? ?%?")

EARNINGS = (
    column("Description", required=True, identifier=True),
    column("Transaction Date", format=LONG_DATE, required=True),
    column("Transaction Time", format=PACIFIC_TIME),
    column("Tax Type"),
    column("Transaction Type", required=True),
    column("Refund Type"),
    column("Product Title"),
    column("Package ID", "Product ID", "Product id", required=True, identifier=True),
    column("Product Type"),
    column("SKU ID", "Sku Id", identifier=True),
    column("Hardware"),
    column("Buyer Country", format=COUNTRY),
    column("Buyer State"),
    column("Buyer Postal Code", "Buyer Postcode"),
    column("Buyer Currency", format=CURRENCY, required=True),
    column("Amount (Buyer Currency)", format=AMOUNT, required=True),
    column("Currency Conversion Rate", format=UNSIGNED),
    column("Merchant Currency", format=CURRENCY, required=True),
    column("Amount (Merchant Currency)", format=AMOUNT, required=True),
    column("Base Plan or Purchase Option ID", "Base Plan ID", identifier=True),
    column("Offer ID", identifier=True),
    column("Group ID", identifier=True),
    column("First USD 1M Eligible"),
    column("Service Fee %", name="service_fee_percent", format=PERCENT),
    column("Fee Description"),
    column("Promotion ID", identifier=True),
    column("Sales Channel"),
)

ESTIMATED_SALES = (
    column("Order Number", required=True, identifier=True),
    column("Order Charged Date", format=ISO_DATE, required=True),
    column("Order Charged Timestamp", format=EPOCH_SECONDS, required=True),
    column("Financial Status", required=True),
    column("Device Model"),
    column("Product Title"),
    column("Package ID", "Product ID", required=True, identifier=True),
    column("Product Type"),
    column("SKU ID", identifier=True),
    column("Currency of Sale", format=CURRENCY, required=True),
    column("Item Price", format=AMOUNT, required=True),
    column("Taxes Collected", format=AMOUNT),
    column("Charged Amount", format=AMOUNT, required=True),
    column("City of Buyer"),
    column("State of Buyer"),
    column("Postal Code of Buyer"),
    column("Country of Buyer", format=COUNTRY),
    column("Base Plan or Purchase Option ID", "Base Plan ID", identifier=True),
    column("Offer ID", identifier=True),
    column("Group ID", identifier=True),
    column("First USD 1M Eligible"),
    column("Promotion ID", identifier=True),
    column("Coupon Value"),
    column("Discount Rate"),
    column("Featured Product ID", "Featured Products ID", identifier=True),
    column("Price Experiment ID", identifier=True),
    column("Sales Channel"),
)

_SUBSCRIPTIONS = (
    column("Date", format=ISO_DATE, required=True),
    column("Package Name", required=True),
    column("Product ID", required=True, identifier=True),
    column("New Subscriptions", format=INTEGER, required=True),
    column("Cancelled Subscriptions", format=INTEGER, required=True),
    column("Active Subscriptions", format=INTEGER, required=True),
)
SUBSCRIPTIONS_COUNTRY = (*_SUBSCRIPTIONS, column("Country", required=True))
SUBSCRIPTIONS_DEVICE = (*_SUBSCRIPTIONS, column("Device", required=True))

PUBSUB_MESSAGES = keys("message subscription deliveryAttempt ackId")
DEVELOPER_NOTIFICATIONS = (
    *keys("""
        version packageName subscriptionNotification oneTimeProductNotification voidedPurchaseNotification
        pendingRefundReviewNotification testNotification
    """),
    column("eventTimeMillis", name="eventTimeMillis", format=EPOCH_MILLISECONDS),
)

_DATA = re.compile(r'"data"\s*:\s*"([\w+/=\\]*)"')
_NOTIFICATION = re.compile(
    r'"packageName"\s*:.*"eventTimeMillis"\s*:|"eventTimeMillis"\s*:.*"packageName"\s*:', re.DOTALL
)


def _is_notification(text: str) -> bool:
    """Whether the data of the first message in a JSON text is a developer notification."""
    if (found := _DATA.search(text)) is None:
        return False
    try:
        decoded = base64.b64decode(found[1].replace("\\", ""))
    except binascii.Error:
        return False
    return _NOTIFICATION.search(decoded.decode(errors="replace")) is not None


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this holds developer notifications, or messages of Pub/Sub with them."""
    return _NOTIFICATION.search(head) is not None or ('"message"' in head and _is_notification(head))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one JSON object: a message of Pub/Sub as it was delivered, or a notification that was decoded.

    Raises:
        Refused: a message of another topic.
    """
    if "packageName" in cells and "eventTimeMillis" in cells:
        return "developer_notifications"
    message = cells.get("message", "")
    if not message.startswith("{"):
        return None
    if not _is_notification(message):
        raise Refused("a message of Pub/Sub whose data is no developer notification of Google Play")
    return "pubsub_messages"


PROVIDER = Provider(
    NAME,
    SCHEMA,
    exports=(
        Export("earnings", {"earnings": EARNINGS}, delimited(), days=Days(("transaction_date",), "%b %d, %Y")),
        Export(
            "estimated_sales",
            {"estimated_sales": ESTIMATED_SALES},
            delimited(),
            days=Days(("order_charged_date",)),
        ),
        Export(
            "subscriptions_country",
            {"subscriptions_country": SUBSCRIPTIONS_COUNTRY},
            delimited(),
            "utf-16",
            days=Days(("date",)),
        ),
        Export(
            "subscriptions_device",
            {"subscriptions_device": SUBSCRIPTIONS_DEVICE},
            delimited(),
            "utf-16",
            days=Days(("date",)),
        ),
    ),
    documents=Documents(
        {"pubsub_messages": PUBSUB_MESSAGES, "developer_notifications": DEVELOPER_NOTIFICATIONS},
        is_ours,
        table_of,
        lists=("receivedMessages",),
        encoded=("data",),
    ),
    identifiers=frozenset({"messageId", "message_id", "ackId", "orderId", "purchaseToken", "subscriptionId", "sku"}),
)
