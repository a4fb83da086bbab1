"""Braintree: the transaction-level fee report as CSV; transactions, refunds, disputes and billing objects as JSON.

The GraphQL API and the client libraries name the same things differently (`legacyId`, `graphql_id`), so their objects
land in tables of their own. docs/reference/braintree.md has the sources and the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import CURRENCY, DECIMAL, INTEGER, ISO_DATE, Format, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Documents, Export, Provider, column, keys

NAME = "braintree"
SCHEMA = "bronze_braintree"

TIMESTAMP = pattern("a time like 2026-01-31T23:59:59Z", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
COUNTRY = pattern("a country of three letters, like USA", "[A-Z]{3}")

TRANSACTION_FEES = (
    column("Merchant Account ID", "Merchant Account Token", required=True, identifier=True),
    column("Transaction ID", required=True, identifier=True),
    column("Original Transaction ID", identifier=True),
    column("Transaction Type", required=True),
    column("Record Type"),
    column("Record Subtype"),
    column("Presentment Currency", format=CURRENCY, required=True),
    column("Original Sale Amount", format=DECIMAL),
    column("Settlement Currency", format=CURRENCY, required=True),
    column("Settlement Amount", format=DECIMAL, required=True),
    column("Settlement Date", format=ISO_DATE, required=True),
    column("Disbursement Date", format=ISO_DATE, required=True),
    column("Payment Instrument"),
    column("Card Brand"),
    column("Card Type"),
    column("First 6 of CC", name="first_6_of_card", format=pattern("six digits", r"\d{6}")),
    column("Issuing Bank"),
    column("Interchange Description"),
    column("Interchange Currency", format=CURRENCY),
    column("Refunded Amount", format=DECIMAL),
    column("Refund Type"),
    column("Interchange Rate", "Est. Interchange Rate", format=DECIMAL),
    column("Interchange Rate Credit", "Est. Interchange Rate Credit", format=DECIMAL),
    column("Interchange Fixed", "Est. Interchange Fixed", format=DECIMAL),
    column("Interchange Fixed Credit", "Est. Interchange Fixed Credit", format=DECIMAL),
    column("Interchange Total Amount", "Est. Interchange Total Amount", format=DECIMAL),
    column("Exchange Rate", format=DECIMAL),
    column("Order ID", identifier=True),
    column("Acquirer Reference Number", identifier=True),
    column("Card Issuing Country", format=COUNTRY),
    column("Discount", format=DECIMAL, required=True),
    column("Discount Credit", format=DECIMAL),
    column("Per Transaction Fee", format=DECIMAL, required=True),
    column("Per Transaction Fee Credit", format=DECIMAL),
    column("Braintree Total Amount", format=DECIMAL),
    column("Multicurrency Fee Amount", format=DECIMAL),
    column("Multicurrency Fee Credit", format=DECIMAL),
    column("Total Scheme Fees", format=DECIMAL),
    column("Funds Anticipation Rate", format=DECIMAL),
    column("Total Fee Amount", "Est. Total Fee Amount", format=DECIMAL, required=True),
)


IDENTIFIERS = frozenset(
    """
        id legacyId graphql_id global_id order_id orderId acquirer_reference_number acquirerReferenceNumber
        retrieval_reference_number retrievalReferenceNumber network_transaction_id networkTransactionId
        merchant_identification_number terminal_identification_number case_number caseNumber reference_number
        referenceNumber purchase_order_number purchaseOrderNumber venmoUserId venmo_user_id merchant_account_id
        merchantAccountId refunded_transaction_id settlement_batch_id settlementBatchId subscription_id plan_id
        original_dispute_id
    """.split()
)

_GRAPHQL_FORMATS = {"createdAt": TIMESTAMP, "receivedDate": ISO_DATE, "replyByDate": ISO_DATE}
_WRITTEN: tuple[tuple[Format, str], ...] = (
    (TIMESTAMP, "created_at updated_at authorization_expires_at"),
    (
        ISO_DATE,
        """
        received_date reply_by_date billing_period_start_date billing_period_end_date first_billing_date
        next_billing_date paid_through_date
    """,
    ),
    (
        DECIMAL,
        """
        amount amount_disputed amount_won discount_amount tax_amount shipping_amount service_fee_amount price balance
        next_bill_amount next_billing_period_amount
    """,
    ),
    (
        INTEGER,
        """
        number_of_billing_cycles billing_frequency billing_day_of_month trial_duration current_billing_cycle
        failure_count days_past_due
    """,
    ),
    (CURRENCY, "currency_iso_code"),
)
_FORMATS = {name: written for written, names in _WRITTEN for name in names.split()}


def _members(names: str, formats: Mapping[str, Format]) -> tuple[Column, ...]:
    return keys(names, formats.get, IDENTIFIERS)


_MODIFICATION = "id name description kind amount never_expires number_of_billing_cycles created_at updated_at"
OBJECTS = {
    "graphql_transactions": _members(
        """
        id legacyId __typename orderId createdAt merchantAccountId status amount statusHistory disbursementDetails
        paymentMethodSnapshot paymentMethod customer customFields refunds disputes purchaseOrderNumber source channel
        descriptor riskData tax discountAmount shipping billingAddress lineItems merchantName merchantAddress
        partialCaptureDetails facilitatorDetails escrowStatus paymentInitiatedAt acquirerReferenceNumber packages
        installmentCount retrievalReferenceNumber details
    """,
        _GRAPHQL_FORMATS,
    ),
    "graphql_refunds": _members(
        """
        id legacyId __typename orderId createdAt merchantAccountId status amount statusHistory disbursementDetails
        refundedTransaction details paymentMethodSnapshot paymentMethod customer customFields purchaseOrderNumber source
        descriptor lineItems acquirerReferenceNumber
    """,
        _GRAPHQL_FORMATS,
    ),
    "graphql_disputes": _members(
        """
        id legacyId __typename type caseNumber createdAt referenceNumber receivedDate status replyByDate transaction
        amountDisputed amountWon statusHistory reason reasonCode reasonDescription merchantAccountId evidence
        processorComments originalDispute preDisputeProgram protectionLevel
    """,
        _GRAPHQL_FORMATS,
    ),
    "transactions": _members(
        """
        id graphql_id global_id type status amount currency_iso_code created_at updated_at merchant_account_id order_id
        payment_instrument_type acquirer_reference_number additional_processor_response authorization_expires_at
        authorized_transaction_id authorized_transaction_global_id avs_error_response_code avs_postal_code_response_code
        avs_street_address_response_code billing_details channel credit_card_details paypal_details
        venmo_account_details apple_pay_details google_pay_card_details android_pay_card_details local_payment_details
        us_bank_account_details sepa_direct_debit_account_details custom_fields customer_details cvv_response_code
        descriptor_details disbursement_details discount_amount discounts add_ons disputes escrow_status
        facilitated_details facilitator_details gateway_rejection_reason installment_count installments
        refunded_installments line_items merchant_address merchant_identification_number merchant_name
        network_response_code network_response_text network_transaction_id partial_settlement_transaction_ids
        partial_settlement_transaction_global_ids pin_verified plan_id processed_with_network_token
        processor_authorization_code processor_response_code processor_response_text processor_response_type
        processor_settlement_response_code processor_settlement_response_text purchase_order_number recurring
        refund_ids refund_global_ids refunded_transaction_id refunded_transaction_global_id response_emv_data
        retrieval_reference_number retried retry_ids risk_data sca_exemption_requested service_fee_amount
        settlement_batch_id shipping_amount shipping_details shipping_tax_amount ships_from_postal_code status_history
        sub_merchant_account_id subscription_details subscription_id tax_amount tax_exempt
        terminal_identification_number three_d_secure_info voice_referral_number
    """,
        _FORMATS,
    ),
    "disputes": _members(
        """
        id graphql_id kind status amount_disputed amount_won currency_iso_code case_number created_at updated_at
        received_date reply_by_date reason reason_code reason_description reference_number merchant_account_id
        original_dispute_id chargeback_protection_level protection_level pre_dispute_program evidence paypal_messages
        processor_comments status_history transaction transaction_details
    """,
        _FORMATS,
    ),
    "subscriptions": _members(
        """
        id status price balance plan_id created_at updated_at add_ons discounts billing_day_of_month
        billing_period_start_date billing_period_end_date current_billing_cycle days_past_due description descriptor
        failure_count first_billing_date merchant_account_id never_expires next_bill_amount next_billing_date
        next_billing_period_amount number_of_billing_cycles paid_through_date payment_method_token status_history
        transactions trial_duration trial_duration_unit trial_period
    """,
        _FORMATS,
    ),
    "customers": _members(
        """
        id graphql_id global_id first_name last_name company email phone fax website created_at updated_at addresses
        credit_cards payment_methods custom_fields paypal_accounts venmo_accounts apple_pay_cards google_pay_cards
        us_bank_accounts tax_identifiers international_phone
    """,
        _FORMATS,
    ),
    "plans": _members(
        """
        id name description price currency_iso_code billing_frequency billing_day_of_month number_of_billing_cycles
        trial_period trial_duration trial_duration_unit add_ons discounts merchant_id created_at updated_at
    """,
        _FORMATS,
    ),
    "add_ons": _members(_MODIFICATION, _FORMATS),
    "discounts": _members(_MODIFICATION, _FORMATS),
    "merchant_accounts": _members(
        """
        id status currency_iso_code default master_merchant_account business_details funding_details individual_details
    """,
        _FORMATS,
    ),
}

_TELLING: tuple[tuple[str, frozenset[str]], ...] = (
    ("graphql_disputes", frozenset({"amountDisputed", "statusHistory"})),
    ("graphql_refunds", frozenset({"refundedTransaction", "statusHistory"})),
    ("graphql_transactions", frozenset({"statusHistory", "amount", "createdAt"})),
    ("disputes", frozenset({"amount_disputed", "case_number"})),
    ("transactions", frozenset({"payment_instrument_type", "merchant_account_id"})),
    ("subscriptions", frozenset({"plan_id", "billing_period_start_date"})),
    ("customers", frozenset({"credit_cards", "payment_methods"})),
    ("plans", frozenset({"billing_frequency", "trial_period"})),
    ("merchant_accounts", frozenset({"business_details", "funding_details"})),
)
"""Table -> members that only its objects have together; the first that fits, wins."""
_MODIFICATIONS = {'"add_on"': "add_ons", '"discount"': "discounts"}


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one object by the members that it has: neither API writes what kind of object it sends."""
    for table, telling in _TELLING:
        if telling <= cells.keys():
            return table
    return _MODIFICATIONS.get(cells.get("kind", "")) if "never_expires" in cells else None


_OURS = re.compile(
    r'"(?:paymentMethodSnapshot|amountDisputed|refundedTransaction|disbursementDetails|graphql_id|payment_instrument_type'
    r'|amount_disputed|billing_period_start_date|billing_day_of_month|never_expires|funding_details)"\s*:'
)


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this holds Braintree objects, by names of members that no other provider has."""
    return bool(_OURS.search(head))


PROVIDER = Provider(
    NAME,
    SCHEMA,
    exports=(Export("transaction_fees", {"transaction_fees": TRANSACTION_FEES}, delimited()),),
    documents=Documents(OBJECTS, is_ours, table_of, lists=("data", "edges", "nodes")),
    identifiers=IDENTIFIERS,
)
