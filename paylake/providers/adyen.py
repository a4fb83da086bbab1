"""Adyen: settlement details, payment accounting and dispute reports as CSV, notifications (webhooks) as JSON.

Reports name their columns, in an order that the account chooses, so every header generation is one set of columns here.
Amounts are decimals in major units; settlement details keep debits and credits apart, both without sign.

Sources: Adyen's report structure pages (settlement details, payment accounting, disputed transactions), its page on
standard webhooks, and real files; docs/reference/adyen.md has the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import COUNTRY, CURRENCY, DECIMAL, INTEGER, UNSIGNED, moment, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Days, Documents, Export, Provider, column, columns, keys

LOCAL_TIME = moment("%Y-%m-%d %H:%M:%S", example="2026-01-31 23:59:59")
"""Local to the zone in the column beside it."""
ZONE = pattern("an abbreviated time zone, like CET", r"[A-Z]{1,5}([+-]\d{1,2}(:?\d\d)?)?")
YES_OR_NO = pattern("true or false", "(?i:true|false)")


_RESERVED = columns("\n".join(f"Reserved{number}" for number in range(3, 11)))

_PAYMENT = (
    column("Company Account", required=True),
    column("Merchant Account", required=True),
    column("Psp Reference", required=True, identifier=True),
    column("Merchant Reference", identifier=True),
    column("Payment Method"),
    column("Payment Method Variant"),
)

SETTLEMENT_DETAIL: tuple[Column, ...] = (
    *_PAYMENT,
    column("Creation Date", format=LOCAL_TIME, required=True),
    column("TimeZone", format=ZONE, required=True),
    column("Type", required=True),
    column("Modification Reference", required=True, identifier=True),
    column("Gross Currency", format=CURRENCY, required=True),
    column("Gross Debit (GC)", format=UNSIGNED, required=True),
    column("Gross Credit (GC)", format=UNSIGNED, required=True),
    column("Exchange Rate", format=UNSIGNED),
    column("Net Currency", format=CURRENCY, required=True),
    column("Net Debit (NC)", format=UNSIGNED, required=True),
    column("Net Credit (NC)", format=UNSIGNED, required=True),
    column("Commission (NC)", format=DECIMAL),
    column("Markup (NC)", format=DECIMAL),
    column("Scheme Fees (NC)", format=DECIMAL),
    column("Interchange (NC)", format=DECIMAL),
    column("Payment Fees (NC)", format=DECIMAL),
    column("DCC Markup (NC)", format=DECIMAL),
    column("Gross Fees (NC)", format=DECIMAL),
    column("Modification Merchant Reference", identifier=True),
    column("Batch Number", format=INTEGER, required=True, identifier=True),
    column("Merchant Order Reference", identifier=True),
    column("Booking Date", format=LOCAL_TIME),
    column("Booking Date TimeZone", format=ZONE),
    column("Metadata"),
    column("Balance Currency", format=CURRENCY),
    column("Net Debit (BC)", format=UNSIGNED),
    column("Net Credit (BC)", format=UNSIGNED),
    column("Funds Destination"),
    column("Balance Platform Debit", format=UNSIGNED),
    column("Balance Platform Credit", format=UNSIGNED),
    column("Shopper Country", format=COUNTRY),
    column("Clearing Network"),
    column("Dispute Reference", identifier=True),
    column("ARN", identifier=True),
    column("Settlement Flow"),
    column("Authorisation Code", identifier=True),
    column("Surcharge Amount", format=DECIMAL),
    column("Advancement Code"),
    *_RESERVED,
)

PAYMENT_ACCOUNTING: tuple[Column, ...] = (
    *_PAYMENT,
    column("Booking Date", format=LOCAL_TIME, required=True),
    column("TimeZone", format=ZONE, required=True),
    column("Record Type", required=True),
    column("Modification Psp Reference", identifier=True),
    column("Main Currency", format=CURRENCY, required=True),
    column("Main Amount", format=DECIMAL, required=True),
    column("Payment Currency", format=CURRENCY, required=True),
    column("Received (PC)", format=DECIMAL, required=True),
    column("Exchange Rate", format=UNSIGNED),
    column("Authorised (PC)", format=DECIMAL, required=True),
    column("Captured (PC)", format=DECIMAL, required=True),
    column("Settlement Currency", format=CURRENCY, required=True),
    column("Payable (SC)", format=DECIMAL, required=True),
    column("Commission (SC)", format=DECIMAL),
    column("Markup (SC)", format=DECIMAL),
    column("Scheme Fees (SC)", format=DECIMAL),
    column("Interchange (SC)", format=DECIMAL),
    column("Processing Fee Currency", format=CURRENCY),
    column("Processing Fee (FC)", format=DECIMAL),
    column("User Name"),
    column("Modification Merchant Reference", identifier=True),
    column("Original Amount", format=DECIMAL),
    column("Merchant Order Reference", identifier=True),
    column("Shopper Reference", identifier=True),
    column("Payable Batch", format=INTEGER, identifier=True),
    column("Metadata"),
    column("Network Token Used", format=YES_OR_NO),
    column("Network Token Available", format=YES_OR_NO),
    *_RESERVED,
)

DISPUTE: tuple[Column, ...] = (
    *_PAYMENT,
    column("Record Date", format=LOCAL_TIME, required=True),
    column("Record Date TimeZone", format=ZONE, required=True),
    column("Dispute Currency", format=CURRENCY, required=True),
    column("Dispute Amount", format=DECIMAL, required=True),
    column("Record Type", required=True),
    column("Dispute PSP Reference", required=True, identifier=True),
    column("Dispute Reason", required=True),
    column("RFI Scheme Code"),
    column("RFI Reason Code"),
    column("CB Scheme Code"),
    column("CB Reason Code"),
    column("NoF Scheme Code"),
    column("NoF Reason Code"),
    column("Payment Date", format=LOCAL_TIME),
    column("Payment Date TimeZone", format=ZONE),
    column("Payment Currency", format=CURRENCY),
    column("Payment Amount", format=DECIMAL),
    column("Dispute Date", format=LOCAL_TIME),
    column("Dispute Date TimeZone", format=ZONE),
    column("Dispute ARN", identifier=True),
    column("User Name"),
    column("Risk Scoring", format=INTEGER),
    column("Shopper Interaction"),
    column("Shopper Name"),
    column("Shopper Email"),
    column("Shopper Reference", identifier=True),
    column("Shopper PAN"),
    column("Iban"),
    column("Bic"),
    column("Shopper IP"),
    column("Shopper Country", format=COUNTRY),
    column("Issuer Country", format=COUNTRY),
    column("Issuer Id", identifier=True),
    column("3D Directory Response", name="three_d_directory_response"),
    column("3D Authentication Response", name="three_d_authentication_response"),
    column("CVC2 Response", name="cvc2_response"),
    column("AVS Response"),
    column("Dispute Auto Defended", format=YES_OR_NO),
    column("Dispute End Date", format=LOCAL_TIME),
    column("Dispute End Date TimeZone", format=ZONE),
)

NOTIFICATIONS = keys("""
    pspReference originalReference eventCode eventDate success reason live merchantAccountCode merchantReference
    originalPsp paymentMethod amount operations additionalData
""")

IDENTIFIERS = frozenset(
    """
    pspReference originalReference merchantReference originalPsp merchantOrderReference shopperReference arn
    capturePspReference captureMerchantReference modificationMerchantReferences checkoutSessionId
    recurring.recurringDetailReference recurring.firstPspReference recurring.shopperReference retry.rescueReference
    disputePspReference networkTxReference acquirerReference
    """.split()
)

_NOTIFICATION = re.compile(r'"notificationItems"\s*:\s*\[|"eventCode"\s*:\s*"[A-Z_]+"')
_ACCOUNT = re.compile(r'"notificationItems"|"merchantAccountCode"\s*:')


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this is Adyen's: notifications in their envelope, or single ones without it."""
    return bool(_NOTIFICATION.search(head) and _ACCOUNT.search(head))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """`notifications` for an item of a notification, whatever framed it."""
    return "notifications" if {"eventCode", "pspReference"} <= cells.keys() else None


PROVIDER = Provider(
    "adyen",
    "bronze_adyen",
    exports=(
        Export("settlement_detail", {"settlement_detail": SETTLEMENT_DETAIL}, delimited()),
        Export(
            "payment_accounting",
            {"payment_accounting": PAYMENT_ACCOUNTING},
            delimited(),
            days=Days(("booking_date",)),
        ),
        Export("dispute_report", {"dispute_report": DISPUTE}, delimited()),
    ),
    documents=Documents({"notifications": NOTIFICATIONS}, is_ours, table_of, lists=("notificationItems",)),
    identifiers=IDENTIFIERS,
)
