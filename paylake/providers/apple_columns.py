"""Apple: columns of its reports, in all the names that their headers have had.

Sources: App Store Connect help (fields of the summary sales, pre-order, subscription, subscription event, subscriber
and financial reports), the iTunes Connect sales and trends guides for layouts before 2015, the reference of App Store
server notifications.
"""

from __future__ import annotations

from paylake.providers.formats import (
    CURRENCY,
    DECIMAL,
    EPOCH_MILLISECONDS,
    INTEGER,
    ISO_DATE,
    UNSIGNED,
    moment,
    pattern,
)
from paylake.providers.provider import column, keys

AMERICAN_DATE = moment("%m/%d/%Y", example="10/31/2020")
COUNTRY = pattern("a country of two letters, like DE", r"[A-Z]{2}")
SALE_OR_RETURN = pattern("S for a sale or R for a return", "[SR]")
REGION = pattern("a region and its currency, like Euro-Zone (EUR)", r"\S.* \([A-Z]{3}\)")

_SUBSCRIPTION = (
    column("App Name"),
    column("App Apple ID", required=True, identifier=True),
    column("Subscription Name"),
    column("Subscription Apple ID", required=True, identifier=True),
    column("Subscription Group ID", identifier=True),
    column("Standard Subscription Duration"),
    column("Subscription Offer Name", "Promotional Offer Name"),
    column("Promotional Offer ID", identifier=True),
    column("Preserved Pricing"),
    column("Proceeds Reason"),
    column("Client"),
    column("Device"),
    column("Country", format=COUNTRY, required=True),
)
"""What the three reports about subscriptions share."""

_PRICE = (
    column("Customer Price", format=DECIMAL, required=True),
    column("Customer Currency", format=CURRENCY, required=True),
    column("Developer Proceeds", format=DECIMAL, required=True),
    column("Proceeds Currency", format=CURRENCY, required=True),
)

SUBSCRIPTION = (
    *_SUBSCRIPTION,
    *_PRICE,
    column("State"),
    column("Active Standard Price Subscriptions", format=INTEGER, required=True),
    column("Active Free Trial Introductory Offer Subscriptions", format=INTEGER),
    column("Active Pay Up Front Introductory Offer Subscriptions", format=INTEGER),
    column(
        "Active Pay As You Go Introductory Offer Subscriptions",
        "Active Pay as You Go Introductory Offer Subscriptions",
        format=INTEGER,
    ),
    column("Free Trial Promotional Offer Subscriptions", format=INTEGER),
    column("Pay Up Front Promotional Offer Subscriptions", format=INTEGER),
    column("Pay As You Go Promotional Offer Subscriptions", format=INTEGER),
    column("Free Trial Offer Code Subscriptions", format=INTEGER),
    column("Pay Up Front Offer Code Subscriptions", format=INTEGER),
    column("Pay As You Go Offer Code Subscriptions", format=INTEGER),
    column("Free Trial Win-back Offers", "Free Trial Win-Back Offers", format=INTEGER),
    column("Pay Up Front Win-back Offers", "Pay Up Front Win-Back Offers", format=INTEGER),
    column("Pay As You Go Win-back Offers", "Pay As You Go Win-Back Offers", format=INTEGER),
    column("Marketing Opt-Ins", format=INTEGER),
    column("Billing Retry", format=INTEGER),
    column("Grace Period", format=INTEGER),
    column("Subscribers", format=INTEGER),
)

SUBSCRIPTION_EVENT = (
    column("Event Date", format=ISO_DATE, required=True),
    column("Event", required=True),
    *_SUBSCRIPTION,
    column("Subscription Offer Type"),
    column("Subscription Offer Duration"),
    column("Marketing Opt-In"),
    column("Marketing Opt-In Duration"),
    column("Consecutive Paid Periods", format=INTEGER),
    column("Original Start Date", format=ISO_DATE),
    column("State"),
    column("Previous Subscription Name"),
    column("Previous Subscription Apple ID", identifier=True),
    column("Days Before Canceling", format=INTEGER),
    column("Cancellation Reason"),
    column("Days Canceled", format=INTEGER),
    column("Quantity", format=INTEGER, required=True),
    column("Paid Service Days Recovered", format=INTEGER),
)

SUBSCRIBER = (
    column("Event Date", format=ISO_DATE, required=True),
    *_SUBSCRIPTION,
    *_PRICE,
    column("Subscription Offer Type"),
    column("Subscription Offer Duration"),
    column("Marketing Opt-In Duration"),
    column("Subscriber ID", required=True, identifier=True),
    column("Subscriber ID Reset"),
    column("Refund"),
    column("Purchase Date", format=ISO_DATE),
    column("Units", format=INTEGER, required=True),
)

SALES = (
    column("Provider"),
    column("Provider Country", format=COUNTRY),
    column("SKU", "Vendor Identifier", required=True, identifier=True),
    column("Developer", "Artist / Show"),
    column("Title", "Title / Episode / Season"),
    column("Version"),
    column("Product Type Identifier", required=True),
    column("Units", format=DECIMAL, required=True),
    column("Developer Proceeds", "Royalty Price", format=DECIMAL, required=True),
    column("Begin Date", format=AMERICAN_DATE, required=True),
    column("End Date", format=AMERICAN_DATE, required=True),
    column("Customer Currency", format=CURRENCY, required=True),
    column("Country Code", format=COUNTRY, required=True),
    column("Currency of Proceeds", "Royalty Currency", format=CURRENCY, required=True),
    column("Apple Identifier", required=True, identifier=True),
    column("Customer Price", format=DECIMAL, required=True),
    column("Promo Code"),
    column("Parent Identifier", identifier=True),
    column("Subscription"),
    column("Period"),
    column("Category"),
    column("CMB"),
    column("Device"),
    column("Supported Platforms"),
    column("Proceeds Reason"),
    column("Preserved Pricing"),
    column("Client"),
    column("Order Type"),
    column("UPC", identifier=True),
    column("ISRC", identifier=True),
    column("Label/Studio/Network"),
    column("Preorder"),
    column("Season Pass"),
    column("ISAN", identifier=True),
    column("CMA"),
    column("Asset/Content Flavor"),
    column("Vendor Offer Code"),
    column("Grid", identifier=True),
)

PRE_ORDER = (
    column("Provider"),
    column("Provider Country", format=COUNTRY),
    column("Title"),
    column("SKU", identifier=True),
    column("Developer"),
    column("Pre-Order Start Date", format=AMERICAN_DATE, required=True),
    column("Pre-Order End Date", format=AMERICAN_DATE, required=True),
    column("Ordered", format=DECIMAL, required=True),
    column("Canceled", format=DECIMAL, required=True),
    column("Cumulative Ordered", format=DECIMAL, required=True),
    column("Cumulative Canceled", format=DECIMAL, required=True),
    column("Start Date", format=AMERICAN_DATE, required=True),
    column("End Date", format=AMERICAN_DATE, required=True),
    column("Country Code", format=COUNTRY, required=True),
    column("Apple Identifier", required=True, identifier=True),
    column("Category"),
    column("Device"),
    column("Supported Platforms"),
    column("Client"),
)

_PROCEEDS = (
    column("Quantity", format=INTEGER, required=True),
    column("Partner Share", format=DECIMAL, required=True),
    column("Extended Partner Share", format=DECIMAL, required=True),
    column("Partner Share Currency", format=CURRENCY, required=True),
    column("Sale or Return", "Sales or Return", format=SALE_OR_RETURN, required=True),
    column("Apple Identifier", required=True, identifier=True),
    column("Title"),
    column("Product Type Identifier", required=True),
    column("Country of Sale", "Country Of Sale", format=COUNTRY, required=True),
    column("Promo Code"),
    column("Customer Price", format=DECIMAL, required=True),
    column("Customer Currency", format=CURRENCY, required=True),
)
"""What the two financial reports share."""

FINANCIAL = (
    column("Start Date", format=AMERICAN_DATE, required=True),
    column("End Date", format=AMERICAN_DATE, required=True),
    column("UPC", identifier=True),
    column("ISRC/ISBN", "ISRC / ISBN", "ISRC", identifier=True),
    column("Vendor Identifier", required=True, identifier=True),
    *_PROCEEDS,
    column("Artist/Show/Developer/Author", "Artist / Show / Developer / Author", "Artist/Show/Developer"),
    column(
        "Label/Studio/Network/Developer/Publisher",
        "Label / Studio / Network / Developer / Publisher",
        "Label/Studio/Network/Developer",
    ),
    column("Grid", "GRID", identifier=True),
    column("ISAN/Other Identifier", "ISAN / Other Identifier", identifier=True),
    column("Pre-order Flag", "Pre-Order Flag", "Preorder"),
)

FINANCIAL_DETAIL = (
    column("Transaction Date", format=AMERICAN_DATE, required=True),
    column("Settlement Date", format=AMERICAN_DATE, required=True),
    column("SKU", required=True, identifier=True),
    column("Developer Name"),
    *_PROCEEDS,
    column("Order Type"),
    column("Region"),
)

PAYMENTS = (
    column("Country or Region (Currency)", "Region (Currency)", name="region_currency", format=REGION, required=True),
    column("Units Sold", format=INTEGER, required=True),
    column("Earned", format=DECIMAL, required=True),
    column("Pre-Tax Subtotal", format=DECIMAL),
    column("Input Tax", format=DECIMAL),
    column("Adjustments", format=DECIMAL),
    column("Withholding Tax", format=DECIMAL),
    column("Total Owed", format=DECIMAL, required=True),
    column("Exchange Rate", format=UNSIGNED, required=True),
    column("Proceeds", format=DECIMAL, required=True),
    column("Bank Account Currency", format=CURRENCY, required=True),
)

SERVER_NOTIFICATIONS = (
    *keys("""
        signedPayload sendAttempts firstSendAttemptResult notificationType subtype notificationUUID data summary
        externalPurchaseToken appData version
    """),
    column("signedDate", name="signedDate", format=EPOCH_MILLISECONDS),
)
