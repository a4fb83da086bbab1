"""Recurly's exports of a site as CSV: the columns of each in every version, and how their cells are written.

Source: the pages on exports of Recurly's documentation, with their version change logs. Columns that a later version
added are optional: an export of any version lands in the same table.
"""

from __future__ import annotations

from paylake.providers.formats import CURRENCY, DECIMAL, INTEGER, Format, pattern
from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Export, column


def names(text: str) -> frozenset[str]:
    """Names in a text."""
    return frozenset(text.split())


SITE_TIME = pattern(
    "a time with its zone, like 2026-01-31 08:30:00 PST",
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d ([A-Z]{2,5}|[+-]\d{2}(:?\d{2})?)",
)

_MONEY = names("""
        account_acquisition_cost add_on_amount add_ons_total adjustment_amount adjustment_discount
        adjustment_refundable_amount adjustment_subtotal adjustment_tax adjustment_total amount balance
        credit_to_account discount discounted invoice_balance invoice_discount invoice_refundable_amount
        invoice_subtotal invoice_subtotal_before_discounts invoice_total paid refundable_amount subtotal tax
        tax_amount total total_recurring_amount unit_amount version_add_ons_total version_shipping_amount
        version_subscription_unit_amount version_total_recurring_amount
""")
"""Decimals in major units, in the exports and in the API; a coupon's `discount` is an object."""

_CURRENCIES = names("account_acquisition_currency adjustment_currency currency subscription_currency")
_TIMES = names("billed_date date due_on invoice_billed_date invoice_due_on original_invoice_billed_date")

IDENTIFIERS = names("""
        account_api_id account_code account_id active_invoice_id adjustment_api_id applied_to_invoice_number
        approval_code billing_info_api_id billing_info_id code credit_payment_api_id dunning_campaign_code
        dunning_campaign_id gateway_approval_code gateway_code gateway_reference id invoice_api_id invoice_id
        invoice_number item_code item_id number original_adjustment_uuid original_credit_payment_id
        original_invoice_number original_transaction_id parent_account_code parent_account_id
        payment_method_identifier po_number previous_invoice_id reference refund_transaction_id ship_address_id
        subscription_api_id subscription_id subscription_uuid transaction_api_id transaction_id uuid version_uuid
""")


def format_of(name: str, time: Format) -> Format | None:
    """How a column of this name is written, its times being written as told."""
    if name in _MONEY:
        return DECIMAL
    if name in _CURRENCIES:
        return CURRENCY
    if name == "shipping_amount_in_cents":
        return INTEGER
    return time if name.endswith("_at") or name in _TIMES else None


_COLUMNS: dict[str, tuple[str, str]] = {
    "accounts": (
        "account_code account_email account_has_billing_info account_created_at",
        """
        account_username account_company_name account_first_name account_last_name
        account_address1 account_address2 account_city account_state account_postal_code account_country
        account_phone account_vat_number account_tax_exempt modified_at closed_at account_acquisition_cost
        account_acquisition_currency account_acquisition_channel account_acquisition_subchannel
        account_acquisition_campaign account_acquisition_created_at account_acquisition_modified_at
        location_validation_tax_type tax_location_valid account_geo_code parent_account_code primary_payment_method
        billing_info_id dunning_campaign_code dunning_campaign_id preferred_locale account_api_id cc_emails
        """,
    ),
    "subscription_history": (
        """
        subscription_uuid version_uuid account_code subscription_state version_started_at version_ended_at plan_code
        subscription_currency version_total_recurring_amount
        """,
        """
        subscription_activated_at subscription_expires_at version_state plan_name version_plan_interval_unit
        version_plan_interval_length version_collection_method version_total_billing_cycles
        version_subscription_quantity version_subscription_unit_amount version_add_on_codes version_add_on_types
        version_add_on_unit_amounts version_add_ons_total version_in_trial version_auto_renew
        version_renewal_billing_cycles version_shipping_method_name version_shipping_amount pricing_model
        current_ramp_id tax_inclusive subscription_api_id
        """,
    ),
    "subscriptions": (
        """
        uuid account_code plan_code state currency quantity unit_amount add_on_amount
        total_recurring_amount activated_at
        """,
        """
        email auto_renew current_period_started_at current_period_ends_at trial_started_at
        trial_ends_at total_billing_cycles remaining_billing_cycles modified_at canceled_at expires_at
        maintenance_url net_terms po_number collection_method plan_name started_with_gift no_billing_info_reason
        converted_at paused_at remaining_pause_cycles current_term_started_at current_term_ends_at
        renewal_billing_cycles shipping_amount_in_cents shipping_method_code pricing_model current_ramp_id
        tax_inclusive subscription_api_id gateway_code price_segment_id price_segment_code expiration_reason
        ship_address_id ship_address_nickname ship_address_firstname ship_address_lastname ship_address_company_name
        ship_address_street1 ship_address_street2 ship_address_city ship_address_state ship_address_zip
        ship_address_country ship_address_vat ship_address_email ship_address_phone
        """,
    ),
    "adjustments": (
        """
        uuid account_code adjustment_status adjustment_type adjustment_created_at adjustment_currency
        adjustment_amount adjustment_total
        """,
        """
        subscription_id invoice_id adjustment_start_at adjustment_end_at adjustment_description adjustment_quantity
        adjustment_taxable adjustment_discount adjustment_tax adjustment_accounting_code adjustment_product_code
        adjustment_tax_code adjustment_origin tax_type tax_region tax_rate tax_amount country_juris country_rate
        country_amount state_juris state_rate state_amount county_juris county_rate county_amount city_juris
        city_rate city_amount special_juris special_rate special_amount adjustment_refund original_adjustment_uuid
        invoice_number invoice_state adjustment_coupon_code invoice_billed_date invoice_closed_at invoice_net_terms
        invoice_po_number invoice_collection_method invoice_type account_name account_country account_vat_number
        adjustment_plan_code original_invoice_number invoice_due_on adjustment_subtotal
        adjustment_credit_reason_code adjustment_refundable_amount ship_address_name ship_address_line1
        ship_address_line2 ship_address_city ship_address_state ship_address_zip ship_address_country
        ship_address_phone shipping_method_code item_code item_id external_sku tax_inclusive business_entity_code
        adjustment_api_id price_segment_id price_segment_code
        """,
    ),
    "invoices": (
        "id invoice_number billed_date status account_code currency invoice_total",
        """
        due_on closed_at net_terms collection_method account_name account_company account_line1 account_line2
        account_city account_state account_zip account_country vat_number po_number coupon_code invoice_subtotal
        tax_amount tax_type tax_region tax_rate credit_to_account recovery_reason invoice_country evidence_matched
        modified_at invoice_type original_invoice_number ship_address_name ship_address_line1 ship_address_line2
        ship_address_city ship_address_state ship_address_zip ship_address_country ship_address_phone
        invoice_doc_type invoice_balance invoice_balance_modified_at invoice_discount
        invoice_subtotal_before_discounts invoice_refundable_amount shipping_address_count dunning_campaign_code
        dunning_campaign_id dunning_campaign_version used_tax_service business_entity_code parent_account_code
        invoice_api_id
        """,
    ),
    "transactions": (
        "account_code transaction_id type amount currency date status",
        """
        name tax_amount message test cc_type cvv_result avs_result avs_result_postal avs_result_street reference
        approval_code description state country ip_address_country original_transaction_id invoice_id
        subscription_id po_number collection_method transaction_gateway_type modified_at origin gateway_error_codes
        payment_method collected_at fraud_decision fraud_score fraud_message failure_type gateway_code cc_first_6
        vat_number backup_payment_method_used card_brand card_type card_level card_issuer card_issuing_country
        transaction_api_id payment_method_identifier cc_last_4 expire_month expire_year processor_response_code
        processor_response_text issuer_response_code billing_info_id
        """,
    ),
    "credit_payments": (
        """
        id created_at action currency amount original_invoice_billed_date original_invoice_status
        original_invoice_number applied_to_invoice_number
        """,
        """
        modified_at voided_at original_credit_payment_id
        refund_transaction_id credit_payment_api_id
        """,
    ),
}
"""Export -> columns that a header must have, and columns that versions of it have or lack."""


def _columns(required: str, optional: str) -> tuple[Column, ...]:
    return tuple(
        column(name, format=format_of(name, SITE_TIME), required=is_required, identifier=name in IDENTIFIERS)
        for listed, is_required in ((required, True), (optional, False))
        for name in listed.split()
    )


EXPORTS: tuple[Export, ...] = tuple(
    Export(name, {f"export_{name}": _columns(required, optional)}, delimited())
    for name, (required, optional) in _COLUMNS.items()
)
