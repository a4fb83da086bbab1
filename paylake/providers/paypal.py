"""PayPal: settlement, transaction detail and subscription agreement reports, activity downloads, notifications (IPN).

Sources: PayPal's specifications of the Settlement Report (STL, version 9), the Transaction Detail Report (TRR) and the
Subscription Agreement Report (SAR), the field list of the Activity Download Report, the IPN and PDT variable reference;
docs/reference/paypal.md has the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import CURRENCY, DECIMAL, INTEGER, UNSIGNED_MINOR, pattern
from paylake.providers.paypal_activity import ACTIVITY, activity
from paylake.providers.paypal_records import record_types
from paylake.providers.provider import Days, Documents, Export, Provider, column, columns, keys

NAME = "paypal"
SCHEMA = "bronze_paypal"

_DAY = r"(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
MOMENT = pattern(
    "a time with its offset, like 2026/01/31 23:59:59 -0800", rf"\d{{4}}/(0[1-9]|1[0-2])/{_DAY} {_TIME} [+-]\d{{4}}"
)
DIRECTION = pattern("CR or DR", "CR|DR")
EVENT_CODE = pattern("a transaction event code, like T0006", r"T\d{4}")
ACTION = pattern("a subscription action, like S0000", r"S\d{4}")
FLAG = pattern("Y or N", "[YN]")
PERIOD = pattern("a period, like 1 M", r"\d+ [DWMY]")
NOTIFIED_AT = pattern(
    "a time like 16:03:13 Sep 21, 2016 PDT or N/A", rf"{_TIME} [A-Z][a-z]{{2}} \d{{1,2}}, \d{{4}} [A-Z]{{2,5}}|N/A"
)

_MOVEMENT = (
    column("CH", name="record_type", required=True),
    column("Transaction ID", required=True, identifier=True),
    column("Invoice ID", identifier=True),
    column("PayPal Reference ID", identifier=True),
    column("PayPal Reference ID Type"),
    column("Transaction Event Code", format=EVENT_CODE, required=True),
    column("Transaction Initiation Date", format=MOMENT, required=True),
    column("Transaction Completion Date", format=MOMENT),
    column("Transaction Debit or Credit", format=DIRECTION, required=True),
    column("Gross Transaction Amount", format=UNSIGNED_MINOR, required=True),
    column("Gross Transaction Currency", format=CURRENCY, required=True),
    column("Fee Debit or Credit", format=DIRECTION, required=True),
    column("Fee Amount", format=UNSIGNED_MINOR, required=True),
    column("Fee Currency", format=CURRENCY, required=True),
)
"""What settlement and transaction detail reports share."""

SETTLEMENT = (
    *_MOVEMENT,
    column("Custom Field"),
    column("Consumer ID", identifier=True),
    column("Payment Tracking ID", identifier=True),
    column("Store ID", identifier=True),
    column("Bank Reference ID", identifier=True),
    column("Credit Transactional Fee", format=UNSIGNED_MINOR),
    column("Credit Promotional Fee", format=UNSIGNED_MINOR),
    column("Credit Term"),
)

TRANSACTION_DETAIL = (
    *_MOVEMENT,
    column("Transactional Status"),
    column("Insurance Amount", format=UNSIGNED_MINOR),
    column("Sales Tax Amount", format=UNSIGNED_MINOR),
    column("Shipping Amount", format=UNSIGNED_MINOR),
    *columns("""
        Transaction Subject
        Transaction Note
        Payer's Account ID
        Payer Address Status
        Item Name
        Item ID
        Option 1 Name
        Option 1 Value
        Option 2 Name
        Option 2 Value
        Auction Site
        Auction Buyer ID
        Auction Closing Date
        Shipping Address Line1
        Shipping Address Line2
        Shipping Address City
        Shipping Address State
        Shipping Address Zip
        Shipping Address Country
        Shipping Method
        Custom Field
        Billing Address Line1
        Billing Address Line2
        Billing Address City
        Billing Address State
        Billing Address Zip
        Billing Address Country
    """),
    column("Consumer ID", identifier=True),
    *columns("""
        First Name
        Last Name
        Consumer Business Name
        Card Type
        Payment Source
        Shipping Name
        Authorization Review Status
        Protection Eligibility
    """),
    column("Payment Tracking ID", identifier=True),
)

SUBSCRIPTION_AGREEMENTS = (
    column("CH", name="record_type", required=True),
    column("Subscription ID", required=True, identifier=True),
    column("Subscription Action Type", format=ACTION, required=True),
    column("Subscription Currency", format=CURRENCY, required=True),
    column("Subscription Creation Date", format=MOMENT, required=True),
    column("Subscription Period 1", format=PERIOD),
    column("Period 1 Amount", format=UNSIGNED_MINOR),
    column("Subscription Period 2", format=PERIOD),
    column("Period 2 Amount", format=UNSIGNED_MINOR),
    column("Subscription Period 3", format=PERIOD, required=True),
    column("Period 3 Amount", format=UNSIGNED_MINOR, required=True),
    column("Recurring", format=FLAG),
    column("Recurrence number", format=INTEGER),
    column("Subscription Payer PayPal Account ID", identifier=True),
    *columns("""
        Subscription Payer email address
        Subscription Payer Name
        Subscription Payer Business Name
        Shipping Address Line1
        Shipping Address City
        Shipping Address State
        Shipping Address Zip
        Shipping Address Country
        Subscription Description
        Subscription Memo
        Subscription Custom Field
    """),
)


_NOTIFIED_MONEY = tuple(
    """
    mc_gross mc_fee payment_gross payment_fee mc_handling mc_shipping mc_amount1 mc_amount2 mc_amount3 amount1 amount2
    amount3 tax shipping shipping_discount handling_amount insurance_amount discount settle_amount exchange_rate amount
    amount_per_cycle initial_payment_amount outstanding_balance auth_amount remaining_settle
""".split()
)
_NOTIFIED_TIMES = tuple(
    """
    payment_date subscr_date subscr_effective time_created next_payment_date retry_at case_creation_date auth_exp
""".split()
)
_NOTIFIED_REFERENCES = tuple(
    """
    txn_id parent_txn_id payer_id receiver_id subscr_id old_subscr_id recurring_payment_id rp_invoice_id invoice
    initial_payment_txn_id ipn_track_id auth_id case_id receipt_id mp_id
""".split()
)
_NOTIFIED_TEXTS = keys("""
    txn_type payment_status payment_type pending_reason reason_code case_type profile_status period_type payment_cycle
    product_name product_type period1 period2 period3 recurring reattempt recur_times charset notify_version verify_sign
    test_ipn custom memo transaction_subject protection_eligibility business receiver_email residence_country
    payer_email payer_status payer_business_name first_name last_name contact_phone address_name address_street
    address_city address_state address_zip address_country address_country_code address_status item_name item_number
    quantity num_cart_items shipping_method auth_status fraud_management_pending_filters_1 resend
""")

NOTIFICATIONS = (
    *(column(name, identifier=True) for name in _NOTIFIED_REFERENCES),
    *(column(name, format=NOTIFIED_AT) for name in _NOTIFIED_TIMES),
    *(column(name, format=CURRENCY) for name in ("mc_currency", "currency_code", "settle_currency")),
    *(column(name, format=DECIMAL) for name in _NOTIFIED_MONEY),
    *_NOTIFIED_TEXTS,
)
"""The variables of a notification; those that are numbered by item (`item_name1`) have no column and are rescued."""

_NOTIFIED = re.compile(r'"payer_id"\s*:')
_KINDS = re.compile(r'"(?:txn_id|txn_type|ipn_track_id|verify_sign)"\s*:')


def is_notification(head: str) -> bool:
    """Whether JSON that begins like this holds instant payment notifications, by variables that all of them have."""
    return bool(_NOTIFIED.search(head) and _KINDS.search(head))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """The one table of notifications, for an object that names a payer and what happened."""
    return "notifications" if "payer_id" in cells and cells.keys() & {"txn_id", "txn_type"} else None


_REPORT = re.compile(r'\s*"?(?:RH|FH|SH|CH)"?,')
_DETAIL = re.compile("Transactional Status|Transaction Subject|Payer's Account ID")


def _is_report(head: str) -> bool:
    return bool(_REPORT.match(head))


def _is_detail(head: str) -> bool:
    return _is_report(head) and bool(_DETAIL.search(head))


_SECTION = Days(frame="SH")

PROVIDER = Provider(
    NAME,
    SCHEMA,
    exports=(
        Export(
            "transaction_detail",
            {"transaction_detail": TRANSACTION_DETAIL},
            record_types,
            marks=_is_detail,
            days=_SECTION,
        ),
        Export(
            "subscription_agreements",
            {"subscription_agreements": SUBSCRIPTION_AGREEMENTS},
            record_types,
            marks=_is_report,
            days=_SECTION,
        ),
        Export("settlement", {"settlement": SETTLEMENT}, record_types, marks=_is_report, days=_SECTION),
        Export("activity", {"activity": ACTIVITY}, activity),
    ),
    documents=Documents({"notifications": NOTIFICATIONS}, is_notification, table_of),
    identifiers=frozenset(_NOTIFIED_REFERENCES),
)
