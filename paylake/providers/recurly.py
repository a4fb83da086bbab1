"""Recurly: objects and webhooks of the API as JSON, exports as CSV; which column each of their cells goes to.

Source of the objects: the API reference (v2021-02-25) with its published OpenAPI description, and the pages on
webhooks; of the exports: see recurly_exports. docs/reference/recurly.md has the quirks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import Format, moment
from paylake.providers.provider import Column, Documents, Provider, keys
from paylake.providers.recurly_exports import EXPORTS, IDENTIFIERS, format_of
from paylake.providers.refused import Refused

API_TIME = moment("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", example="2026-01-31T08:30:00Z")

OBJECTS: dict[str, str] = {
    "account": "accounts",
    "subscription": "subscriptions",
    "subscription_change": "subscription_changes",
    "invoice": "invoices",
    "line_item": "line_items",
    "transaction": "transactions",
    "credit_payment": "credit_payments",
    "plan": "plans",
    "add_on": "add_ons",
    "coupon": "coupons",
    "coupon_redemption": "coupon_redemptions",
    "billing_info": "billing_infos",
}
"""The `object` of an API record -> its table; every other kind goes to `other_objects`."""

_KEYS: dict[str, str] = {
    "accounts": """
        id object created_at updated_at deleted_at address bill_to billing_info cc_emails code company custom_fields
        dunning_campaign_id email exemption_certificate external_accounts first_name has_active_subscription
        has_canceled_subscription has_future_subscription has_live_subscription has_past_due_invoice
        has_paused_subscription hosted_login_token invoice_template_id last_name override_business_entity_id
        parent_account_id preferred_locale preferred_time_zone shipping_addresses state tax_exempt username
        vat_number
    """,
    "subscriptions": """
        id object created_at updated_at account action_result activated_at active_invoice_id add_ons add_ons_total
        auto_renew bank_account_authorized_at billing_info_id canceled_at collection_method converted_at
        coupon_redemptions currency current_period_ends_at current_period_started_at current_term_ends_at
        current_term_started_at custom_fields customer_notes expiration_reason expires_at gateway_code net_terms
        net_terms_type paused_at pending_change plan po_number quantity ramp_intervals remaining_billing_cycles
        remaining_pause_cycles renewal_billing_cycles revenue_schedule_type shipping started_with_gift state
        subtotal tax tax_inclusive tax_info terms_and_conditions total total_billing_cycles trial_ends_at
        trial_started_at unit_amount uuid
    """,
    "invoices": """
        id object created_at updated_at account address balance billing_info_id business_entity_id closed_at
        collection_method credit_payments currency customer_notes discount due_at dunning_campaign_id
        dunning_events_sent final_dunning_event has_more_line_items line_items net_terms net_terms_type number
        origin paid po_number previous_invoice_id refundable_amount shipping_address state subscription_ids subtotal
        tax tax_info terms_and_conditions total transactions type used_tax_service uuid vat_number
        vat_reverse_charge_notes
    """,
    "line_items": """
        id object created_at updated_at account accounting_code add_on_code add_on_id amount avalara_service_type
        avalara_transaction_type bill_for_account_id credit_applied credit_reason_code currency custom_fields
        description discount end_date external_sku invoice_id invoice_number item_code item_id legacy_category
        origin original_line_item_invoice_id plan_code plan_id previous_line_item_id product_code proration_rate
        quantity quantity_decimal refund refunded_quantity refunded_quantity_decimal revenue_schedule_type
        shipping_address start_date state subscription_id subtotal tax tax_code tax_exempt tax_inclusive tax_info
        taxable type unit_amount unit_amount_decimal uuid
    """,
    "transactions": """
        id object created_at updated_at account action_result amount avs_check backup_payment_method_used
        billing_address collected_at collection_method currency customer_message customer_message_locale cvv_check
        fraud_info gateway_approval_code gateway_message gateway_reference gateway_response_code
        gateway_response_time gateway_response_values invoice ip_address_country ip_address_v4 origin
        original_transaction_id payment_gateway payment_method refunded status status_code status_message
        subscription_ids success type uuid vat_number voided_at voided_by_invoice
    """,
    "plans": """
        id object created_at updated_at deleted_at accounting_code allow_any_item_on_subscriptions auto_renew
        avalara_service_type avalara_transaction_type code currencies custom_fields description dunning_campaign_id
        hosted_pages interval_length interval_unit name pricing_model ramp_intervals revenue_schedule_type
        setup_fee_accounting_code setup_fee_revenue_schedule_type state tax_code tax_exempt total_billing_cycles
        trial_length trial_requires_billing_info trial_unit
    """,
    "add_ons": """
        id object created_at updated_at deleted_at accounting_code add_on_type avalara_service_type
        avalara_transaction_type code currencies default_quantity display_quantity external_sku item
        measured_unit_id name optional percentage_tiers plan_id revenue_schedule_type state tax_code tier_type tiers
        usage_calculation_type usage_percentage usage_timeframe usage_type
    """,
    "coupons": """
        id object created_at updated_at applies_to_all_items applies_to_all_plans applies_to_non_plan_charges code
        coupon_type discount duration expired_at free_trial_amount free_trial_unit hosted_page_description
        invoice_description items max_redemptions max_redemptions_per_account name plans redeem_by
        redemption_resource state temporal_amount temporal_unit unique_code_template unique_coupon_code
        unique_coupon_codes_count
    """,
    "coupon_redemptions": """
        id object created_at updated_at account coupon currency discounted removed_at state subscription_id
    """,
    "credit_payments": """
        id object created_at updated_at account action amount applied_to_invoice currency original_credit_payment_id
        original_invoice refund_transaction uuid voided_at
    """,
    "billing_infos": """
        id object created_at updated_at account_id address backup_payment_method company first_name fraud last_name
        payment_method primary_payment_method updated_by valid vat_number
    """,
    "subscription_changes": """
        id object created_at updated_at deleted_at activate_at activated add_ons billing_info custom_fields
        invoice_collection plan quantity ramp_intervals revenue_schedule_type shipping subscription_id tax_inclusive
        unit_amount
    """,
    "webhooks": """
        id object_type site_id event_type event_time account_code uuid invoice_number
    """,
    "other_objects": """
        id object created_at updated_at account state
    """,
}


def _columns(table: str, names: str) -> tuple[Column, ...]:
    def format(key: str) -> Format | None:
        is_object = (table, key) == ("coupons", "discount")
        return None if is_object else format_of(key, API_TIME)

    return keys(names, format, IDENTIFIERS)


_KIND = re.compile(rf'"object"\s*:\s*"(?:{"|".join(OBJECTS)}|account_\w+|shipping_address|unique_coupon_code)"')
_MARK = re.compile(
    r'"hosted_login_token"\s*:|"(?:created_at|updated_at)"\s*:\s*"\d{4}-\d\d-\d\dT'
    r'|"object"\s*:\s*"account_balance"'
)
_FOREIGN = re.compile(r'"(?:livemode|resource_version)"\s*:')
_WEBHOOK = re.compile(r'"object_type"\s*:\s*"[a-z_]+"')
_SITE = re.compile(r'"site_id"\s*:\s*"[a-z0-9]+"')


def is_ours(head: str) -> bool:
    """Whether JSON that begins so holds Recurly's objects (a kind as Stripe's, but times as text) or webhooks."""
    is_object = _KIND.search(head) and _MARK.search(head) and not _FOREIGN.search(head)
    return bool(is_object or (_WEBHOOK.search(head) and _SITE.search(head)))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one object or webhook."""
    if "livemode" in cells or "resource_version" in cells:
        raise Refused("an object of another provider among Recurly's")
    kind = cells.get("object", "")
    if kind.startswith('"') and kind != '"list"':
        return OBJECTS.get(kind.strip('"'), "other_objects")
    return "webhooks" if "object_type" in cells and "site_id" in cells else None


PROVIDER = Provider(
    "recurly",
    "bronze_recurly",
    exports=EXPORTS,
    documents=Documents(
        columns={table: _columns(table, names) for table, names in _KEYS.items()},
        is_ours=is_ours,
        table_of=table_of,
    ),
    identifiers=IDENTIFIERS,
)
