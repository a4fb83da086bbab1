"""Chargebee: objects and events of the API as JSON; which column of bronze each of their members goes to.

Sources: the API reference (v2, both product catalogs) with its published OpenAPI description, and real objects;
docs/reference/chargebee.md has the quirks. Keys of both product catalogs share a table: plans or item prices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.formats import CURRENCY, EPOCH_MILLISECONDS, MINOR, Format, pattern
from paylake.providers.provider import Documents, Provider, keys
from paylake.providers.refused import Refused

EPOCH_SECONDS = pattern("seconds since 1970, like 1767225600", r"\d{9,10}")

OBJECTS: dict[str, str] = {
    "customer": "customers",
    "subscription": "subscriptions",
    "invoice": "invoices",
    "credit_note": "credit_notes",
    "transaction": "transactions",
    "event": "events",
    "payment_source": "payment_sources",
    "card": "cards",
    "item": "items",
    "item_price": "item_prices",
    "plan": "plans",
    "addon": "addons",
    "coupon": "coupons",
    "unbilled_charge": "unbilled_charges",
    "promotional_credit": "promotional_credits",
    "order": "orders",
}
"""The `object` of a record -> its table; every other kind of Chargebee object goes to `other_objects`."""

_KEYS: dict[str, str] = {
    "customers": """
        id object created_at updated_at resource_version deleted active_id allow_direct_debit auto_close_invoices
        auto_collection backup_payment_source_id balances billing_address billing_date billing_date_mode
        billing_day_of_week billing_day_of_week_mode billing_month business_customer_without_vat_number
        business_entity_id card_status channel child_account_access client_profile_id company consolidated_invoicing
        contacts created_from_ip custom_fields customer_type einvoicing_method email entity_code
        entity_identifier_scheme entity_identifier_standard entity_identifiers excess_payments exempt_number
        exemption_details first_name fraud_flag invoice_notes is_einvoice_enabled is_location_valid last_name locale
        meta_data net_term_days offline_payment_method parent_account_access payment_method phone pii_cleared
        preferred_currency_code primary_payment_source_id promotional_credits referral_urls refundable_credits
        registered_for_gst relationship tax_providers_fields taxability unbilled_charges use_default_hierarchy_settings
        vat_number vat_number_prefix vat_number_status vat_number_validated_time
    """,
    "subscriptions": """
        id object created_at updated_at resource_version deleted activated_at active_id addons affiliate_token arr
        auto_close_invoices auto_collection base_currency_code billing_override billing_period billing_period_unit
        business_entity_id cancel_reason cancel_reason_code cancel_schedule_created_at cancelled_at changes_scheduled_at
        channel charged_event_based_addons charged_items contract_term contract_term_billing_cycle_on_renewal coupon
        coupons create_pending_invoices created_from_ip currency_code current_term_end current_term_start custom_fields
        customer_id decommissioned discounts due_invoices_count due_since event_based_addons exchange_rate free_period
        free_period_unit gift_id has_scheduled_advance_invoices has_scheduled_changes invoice_notes item_tiers meta_data
        mrr net_term_days next_billing_at offline_payment_method override_relationship pause_date payment_source_id
        plan_amount plan_amount_in_decimal plan_free_quantity plan_free_quantity_in_decimal plan_id plan_quantity
        plan_quantity_in_decimal plan_unit_price plan_unit_price_in_decimal po_number referral_info
        remaining_billing_cycles resume_date setup_fee shipping_address start_date started_at status subscription_items
        total_dues trial_end trial_end_action trial_start
    """,
    "invoices": """
        id object updated_at resource_version deleted adjustment_credit_notes amount_adjusted amount_due amount_paid
        amount_to_collect applied_credits base_currency_code billing_address business_entity_id channel credits_applied
        currency_code custom_fields customer_id date discounts due_date dunning_attempts dunning_status einvoice
        exchange_rate exchange_rates expected_payment_date first_invoice generated_at has_advance_charges is_gifted
        issued_credit_notes line_item_addresses line_item_credits line_item_discounts line_item_taxes line_item_tiers
        line_items line_items_next_offset linked_orders linked_payments local_currency_code local_currency_exchange_rate
        net_term_days new_sales_amount next_retry_at notes paid_at payment_owner po_number price_type recurring
        reference_transactions round_off_amount shipping_address site_details_at_creation statement_descriptor status
        sub_total sub_total_in_local_currency subscription_id tax tax_category tax_origin taxes term_finalized total
        total_in_local_currency vat_number vat_number_prefix void_reason_code voided_at write_off_amount
    """,
    "credit_notes": """
        id object updated_at resource_version deleted allocations amount_allocated amount_available amount_refunded
        base_currency_code billing_address business_entity_id channel create_reason_code currency_code custom_fields
        customer_id customer_notes date discounts einvoice exchange_rate exchange_rates fractional_correction
        generated_at line_item_addresses line_item_discounts line_item_taxes line_item_tiers line_items
        line_items_next_offset linked_refunds local_currency_code local_currency_exchange_rate notes price_type
        reason_code reference_invoice_id refunded_at round_off_amount shipping_address site_details_at_creation status
        sub_total sub_total_in_local_currency subscription_id tax_category tax_origin taxes total
        total_in_local_currency type vat_number vat_number_prefix voided_at
    """,
    "transactions": """
        id object updated_at resource_version deleted amount amount_capturable amount_unused authorization_reason
        base_currency_code business_entity_id currency_code custom_fields custom_payment_method_id
        custom_payment_method_name customer_id date error_code error_detail error_text exchange_rate fraud_flag
        fraud_reason gateway gateway_account_id id_at_gateway iin initiator_type last4 linked_credit_notes
        linked_invoices linked_payments linked_refunds masked_card_number merchant_reference_id payment_method
        payment_method_details payment_source_id reference_authorization_id reference_number reference_transaction_id
        refunded_txn_id reversal_transaction_id settled_at status subscription_id three_d_secure type voided_at
    """,
    "events": """
        id object occurred_at api_version content custom_fields event_type origin_user source user
        webhook_failure_reason webhook_status webhooks
    """,
    "payment_sources": """
        id object created_at updated_at resource_version deleted amazon_payment bank_account billing_address boleto
        business_entity_id card custom_fields customer_id gateway gateway_account_id ip_address issuing_country
        klarna_pay_now mandates paypal reference_id status type upi vault_token venmo
    """,
    "cards": """
        object created_at updated_at resource_version payment_source_id billing_addr1 billing_addr2 billing_city
        billing_country billing_state billing_state_code billing_zip card_type custom_fields customer_id expiry_month
        expiry_year first_name funding_type gateway gateway_account_id iin ip_address issuing_country last4 last_name
        masked_number powered_by ref_tx_id status
    """,
    "items": """
        id object updated_at resource_version deleted applicable_items archived_at bundle_configuration bundle_items
        business_entity_id channel custom_fields description enabled_for_checkout enabled_in_portal external_name
        gift_claim_redirect_url included_in_mrr is_giftable is_percentage_pricing is_shippable item_applicability
        item_family_id metadata metered name redirect_url status type unit usage_calculation
    """,
    "item_prices": """
        id object created_at updated_at resource_version deleted accounting_detail archivable archived_at billing_cycles
        business_entity_id channel currency_code custom_fields description external_name free_quantity
        free_quantity_in_decimal invoice_notes is_taxable item_family_id item_id item_type metadata name parent_item_id
        period period_unit price price_in_decimal price_variant_id pricing_model proration_type shipping_period
        shipping_period_unit show_description_in_invoices show_description_in_quotes status tax_detail
        tax_providers_fields tiers trial_end_action trial_period trial_period_unit usage_accumulation_reset_frequency
    """,
    "plans": """
        id object updated_at resource_version deleted accounting_category1 accounting_category2 accounting_category3
        accounting_category4 accounting_code addon_applicability applicable_addons archived_at attached_addons
        avalara_sale_type avalara_service_type avalara_transaction_type billing_cycles channel charge_model claim_url
        currency_code custom_fields description downgrade_penalty enabled_in_hosted_pages enabled_in_portal
        event_based_addons free_quantity free_quantity_in_decimal giftable hsn_code invoice_name invoice_notes
        is_shippable meta_data name period period_unit price price_in_decimal pricing_model redirect_url setup_cost
        shipping_frequency_period shipping_frequency_period_unit show_description_in_invoices show_description_in_quotes
        sku status tax_code tax_profile_id tax_providers_fields taxable taxjar_product_code tiers trial_end_action
        trial_period trial_period_unit
    """,
    "addons": """
        id object updated_at resource_version deleted accounting_category1 accounting_category2 accounting_category3
        accounting_category4 accounting_code archived_at avalara_sale_type avalara_service_type avalara_transaction_type
        channel charge_type currency_code custom_fields description enabled_in_portal hsn_code included_in_mrr
        invoice_name invoice_notes is_shippable meta_data name period period_unit price price_in_decimal pricing_model
        proration_type shipping_frequency_period shipping_frequency_period_unit show_description_in_invoices
        show_description_in_quotes sku status tax_code tax_profile_id tax_providers_fields taxable taxjar_product_code
        tiers type unit
    """,
    "coupons": """
        id object created_at updated_at resource_version deleted addon_constraint addon_ids apply_discount_on apply_on
        archived_at coupon_constraints currency_code custom_fields discount_amount discount_percentage discount_quantity
        discount_type duration_month duration_type included_in_mrr invoice_name invoice_notes item_constraint_criteria
        item_constraints max_redemptions meta_data name period period_unit plan_constraint plan_ids redemptions status
        valid_from valid_till
    """,
    "unbilled_charges": """
        id object created_at updated_at deleted amount amount_in_decimal business_entity_id currency_code custom_fields
        customer_id date_from date_to description discount_amount entity_id entity_type is_advance_charge is_voided
        pricing_model quantity quantity_in_decimal subscription_id tiers unit_amount unit_amount_in_decimal voided_at
    """,
    "promotional_credits": """
        id object created_at amount amount_in_decimal business_entity_id closing_balance credit_type currency_code
        custom_fields customer_id description done_by reference type
    """,
    "orders": """
        id object created_at updated_at resource_version deleted amount_adjusted amount_paid base_currency_code batch_id
        billing_address business_entity_id cancellation_reason cancelled_at created_by currency_code custom_fields
        customer_id delivered_at discount document_number exchange_rate fulfillment_status gift_id gift_note invoice_id
        invoice_round_off_amount is_gifted is_resent line_item_discounts line_item_taxes linked_credit_notes note
        order_date order_line_items order_type original_order_id paid_on payment_status price_type reference_id
        refundable_credits refundable_credits_issued resend_reason resent_orders resent_status rounding_adjustement
        shipment_carrier shipped_at shipping_address shipping_cut_off_date shipping_date status status_update_at
        sub_total subscription_id tax total tracking_id tracking_url
    """,
    "other_objects": "id object created_at updated_at resource_version deleted customer_id status",
}

_MONEY = frozenset(
    """
        amount amount_adjusted amount_allocated amount_available amount_capturable amount_due amount_paid
        amount_refunded amount_to_collect amount_unused arr closing_balance credits_applied discount_amount
        excess_payments mrr new_sales_amount plan_amount plan_unit_price price promotional_credits refundable_credits
        round_off_amount setup_fee sub_total tax total total_dues unbilled_charges unit_amount write_off_amount
""".split()
)
_SECONDS = frozenset(
    """
        activated_at cancelled_at created_at current_term_end current_term_start date date_from date_to due_date
        generated_at next_billing_at occurred_at paid_at refunded_at settled_at start_date started_at trial_end
        trial_start updated_at voided_at
""".split()
)

IDENTIFIERS = frozenset(
    """
        id active_id backup_payment_source_id business_entity_id cn_id customer_id document_number entity_id
        gateway_account_id gift_id id_at_gateway invoice_id line_item_id merchant_reference_id payment_source_id plan_id
        po_number primary_payment_source_id reference_authorization_id reference_id reference_invoice_id
        reference_number reference_transaction_id ref_tx_id refunded_txn_id reversal_transaction_id subscription_id
        txn_id
""".split()
)


def _format(key: str) -> Format | None:
    if key in _MONEY:
        return MINOR
    if key in _SECONDS:
        return EPOCH_SECONDS
    return {"resource_version": EPOCH_MILLISECONDS, "currency_code": CURRENCY}.get(key)


_KIND = re.compile(r'"object"\s*:\s*"[a-z0-9_]+"')
_VERSION = re.compile(r'"resource_version"\s*:')
_STRIPE = re.compile(r'"livemode"\s*:')
_MARK = re.compile(
    r'"(?:resource_version|business_entity_id|currency_code)"\s*:'
    r'|"occurred_at"\s*:\s*\d'
    r'|"object"\s*:\s*"(?:attached_item|differential_price|item_family|item_price|promotional_credit|unbilled_charge)"'
)


def is_ours(head: str) -> bool:
    """Whether JSON that begins so holds Chargebee objects: a kind as Stripe's have, and a version or the like."""
    is_object = _KIND.search(head) and _MARK.search(head)
    return bool(is_object and (_VERSION.search(head) or not _STRIPE.search(head)))


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one object."""
    if "livemode" in cells:
        raise Refused("an object of Stripe among Chargebee's")
    kind = cells.get("object", "")
    return OBJECTS.get(kind.strip('"'), "other_objects") if kind.startswith('"') else None


PROVIDER = Provider(
    "chargebee",
    "bronze_chargebee",
    documents=Documents(
        columns={table: keys(own, _format, IDENTIFIERS) for table, own in _KEYS.items()},
        is_ours=is_ours,
        table_of=table_of,
        lists=("list",),
    ),
    identifiers=IDENTIFIERS,
)
