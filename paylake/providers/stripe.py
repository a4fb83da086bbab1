"""Stripe: API objects and events as JSON, report CSVs; which column of bronze each of their cells goes to.

Sources: the API reference, its published example resources, and real exports; docs/reference/stripe.md has the quirks.
Keys of older API versions stay: an export made in 2019 lands in the same table as one made today.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paylake.providers.layouts import delimited
from paylake.providers.provider import Column, Days, Documents, Export, Provider, Refused, column, keys

NAME = "stripe"
SCHEMA = "bronze_stripe"


OBJECTS: dict[str, str] = {
    "charge": "charges",
    "payment_intent": "payment_intents",
    "refund": "refunds",
    "dispute": "disputes",
    "customer": "customers",
    "subscription": "subscriptions",
    "subscription_item": "subscription_items",
    "invoice": "invoices",
    "line_item": "invoice_lines",
    "invoiceitem": "invoice_items",
    "invoice_payment": "invoice_payments",
    "price": "prices",
    "plan": "plans",
    "product": "products",
    "coupon": "coupons",
    "promotion_code": "promotion_codes",
    "discount": "discounts",
    "credit_note": "credit_notes",
    "balance_transaction": "balance_transactions",
    "payout": "payouts",
    "event": "events",
    "payment_method": "payment_methods",
}
"""The `object` of an API record -> its table; every other kind of Stripe object goes to `other_objects`."""

_REPORT = tuple(
    """
        balance_transaction_id created_utc created available_on_utc available_on currency gross fee net
        reporting_category source_id description automatic_payout_id automatic_payout_effective_at_utc
        automatic_payout_effective_at trace_id trace_id_status payout_reference_token payout_statement_descriptor
        customer_facing_amount customer_facing_currency regulatory_tag fee_net_of_withheld_tax withheld_tax
        customer_id customer_email customer_name customer_phone customer_description
        customer_shipping_address_line1 customer_shipping_address_line2 customer_shipping_address_city
        customer_shipping_address_state customer_shipping_address_postal_code customer_shipping_address_country
        customer_address_line1 customer_address_line2 customer_address_city customer_address_state
        customer_address_postal_code customer_address_country shipping_address_line1 shipping_address_line2
        shipping_address_city shipping_address_state shipping_address_postal_code shipping_address_country
        card_address_line1 card_address_line2 card_address_city card_address_state card_address_postal_code
        card_address_country charge_id payment_intent_id charge_created_utc charge_created invoice_id invoice_number
        subscription_id order_id payment_method_type is_link card_brand card_funding card_country
        statement_descriptor dispute_reason connected_account connected_account_id connected_account_name
        connected_account_country connected_account_direct_charge_id destination_payment_id transfer_id refund_id
        dispute_id gateway_account
""".split()
)

_OBJECT_KEYS: dict[str, str] = {
    "charges": """
        id object created amount amount_captured amount_refunded amount_updates application application_fee
        application_fee_amount authorization_code balance_transaction billing_details calculated_statement_descriptor
        captured currency customer description destination dispute disputed failure_balance_transaction failure_code
        failure_message fraud_details invoice level3 livemode metadata on_behalf_of order outcome paid payment_intent
        payment_method payment_method_details presentment_details radar_options receipt_email receipt_number receipt_url
        refunded refunds review shipping source source_transfer statement_descriptor statement_descriptor_suffix status
        transfer transfer_data transfer_group
    """,
    "payment_intents": """
        id object created amount amount_capturable amount_details amount_received application application_fee_amount
        automatic_payment_methods canceled_at cancellation_reason capture_method charges client_secret
        confirmation_method currency customer customer_account description excluded_payment_method_types hooks invoice
        last_payment_error latest_charge livemode managed_payments metadata next_action on_behalf_of payment_details
        payment_method payment_method_configuration_details payment_method_options payment_method_types
        presentment_details processing receipt_email review setup_future_usage shipping source statement_descriptor
        statement_descriptor_suffix status transfer_data transfer_group
    """,
    "refunds": """
        id object created amount balance_transaction charge currency customer customer_account description
        destination_details failure_balance_transaction failure_reason fee_refund instructions_email metadata
        next_action payment_intent payment_method pending_reason presentment_details reason receipt_number
        source_transfer_reversal status transfer_reversal
    """,
    "disputes": """
        id object created amount balance_transaction balance_transactions charge currency enhanced_eligibility_types
        evidence evidence_details intended_submission_method is_charge_refundable livemode metadata network_reason_code
        networks payment_intent payment_method_details reason status
    """,
    "customers": """
        id object created account_balance address balance business_name business_vat_id cash_balance currency
        customer_account default_source deleted delinquent description discount email individual_name
        invoice_credit_balance invoice_prefix invoice_settings livemode metadata name next_invoice_sequence phone
        preferred_locales shipping sources subscriptions tax tax_exempt tax_ids tax_info test_clock
    """,
    "subscriptions": """
        id object created application application_fee_percent automatic_tax billing billing_cycle_anchor
        billing_cycle_anchor_config billing_mode billing_schedules billing_thresholds cancel_at cancel_at_period_end
        canceled_at cancellation_details collection_method currency current_period_end current_period_start customer
        customer_account days_until_due default_payment_method default_source default_tax_rates description discount
        discounts ended_at invoice_customer_balance_settings invoice_settings items latest_invoice livemode
        managed_payments metadata next_pending_invoice_item_invoice on_behalf_of pause_collection payment_settings
        pending_invoice_item_interval pending_setup_intent pending_update plan presentment_details quantity schedule
        start start_date status tax_percent test_clock transfer_data trial_end trial_settings trial_start
    """,
    "subscription_items": """
        id object created billed_until billing_thresholds current_period_end current_period_start deleted discounts
        metadata plan price quantity subscription tax_rates
    """,
    "invoices": """
        id object created account_country account_name account_tax_ids amount_due amount_overpaid amount_paid
        amount_remaining amount_shipping application application_fee application_fee_amount attempt_count attempted
        auto_advance automatic_tax automatically_finalizes_at billing billing_reason charge closed collection_method
        confirmation_secret currency custom_fields customer customer_account customer_address customer_email
        customer_name customer_phone customer_shipping customer_tax_exempt customer_tax_ids date default_payment_method
        default_source default_tax_rates deleted description discount discounts due_date effective_at ending_balance
        finalized_at footer forgiven from_invoice hosted_invoice_url invoice_pdf issuer last_finalization_error
        latest_revision lines livemode metadata next_payment_attempt number on_behalf_of paid paid_out_of_band parent
        payment_intent payment_settings payments period_end period_start post_payment_credit_notes_amount
        pre_payment_credit_notes_amount quote receipt_number rendering rendering_options shipping_cost shipping_details
        starting_balance statement_descriptor status status_transitions subscription subscription_details
        subscription_proration_date subtotal subtotal_excluding_tax tax tax_percent test_clock threshold_reason total
        total_discount_amounts total_excluding_tax total_pretax_credit_amounts total_tax_amounts total_taxes
        transfer_data webhooks_delivered_at
    """,
    "invoice_lines": """
        id object created amount amount_excluding_tax currency description discount_amounts discountable discounts
        invoice invoice_item livemode metadata parent period period_end period_start plan pretax_credit_amounts price
        pricing proration proration_details quantity quantity_decimal subscription subscription_item subtotal
        tax_amounts tax_rates taxes type unit_amount unit_amount_decimal unit_amount_excluding_tax
    """,
    "invoice_items": """
        id object amount currency customer customer_account date deleted description discountable discounts invoice
        livemode metadata net_amount parent period plan price pricing proration proration_details quantity
        quantity_decimal subscription subscription_item tax_rates test_clock unit_amount unit_amount_decimal
    """,
    "invoice_payments": """
        id object created amount_paid amount_requested currency invoice is_default livemode payment status
        status_transitions
    """,
    "prices": """
        id object created active billing_scheme currency currency_options custom_unit_amount deleted livemode lookup_key
        metadata nickname product recurring tax_behavior tiers tiers_mode transform_quantity type unit_amount
        unit_amount_decimal
    """,
    "plans": """
        id object created active aggregate_usage amount amount_decimal billing_scheme currency deleted interval
        interval_count livemode metadata meter name nickname product statement_descriptor tiers tiers_mode
        transform_usage trial_period_days usage_type
    """,
    "products": """
        id object created active attributes caption deactivate_on default_price deleted description features images
        livemode marketing_features metadata name package_dimensions provisioning shippable statement_descriptor
        tax_code type unit_label url
    """,
    "coupons": """
        id object created amount_off applies_to currency currency_options deleted duration duration_in_months livemode
        max_redemptions metadata name percent_off redeem_by times_redeemed valid
    """,
    "promotion_codes": """
        id object created active code coupon customer customer_account expires_at livemode max_redemptions metadata
        promotion restrictions times_redeemed
    """,
    "discounts": """
        id object checkout_session coupon customer customer_account deleted end invoice invoice_item promotion_code
        source start subscription subscription_item
    """,
    "credit_notes": """
        id object created amount amount_shipping currency customer customer_account customer_balance_transaction
        discount_amount discount_amounts effective_at invoice lines livemode memo metadata number out_of_band_amount pdf
        post_payment_amount pre_payment_amount pretax_credit_amounts reason refund refunds shipping_cost status subtotal
        subtotal_excluding_tax tax_amounts total total_excluding_tax total_taxes type voided_at
    """,
    "balance_transactions": """
        id object created amount available_on balance_type currency description exchange_rate fee fee_details livemode
        metadata net reporting_category source sourced_transfers status type
    """,
    "payouts": """
        id object created amount application_fee application_fee_amount arrival_date automatic balance_transaction
        currency description destination failure_balance_transaction failure_code failure_message livemode metadata
        method original_payout payout_method reconciliation_status reversed_by source_balance source_type
        statement_descriptor status trace_id type
    """,
    "events": """
        id object created account api_version context data livemode pending_webhooks request type user_id
    """,
    "payment_methods": """
        id object created acss_debit affirm afterpay_clearpay allow_redisplay au_becs_debit bacs_debit bancontact
        billing_details card cashapp customer customer_account ideal klarna link livemode metadata paypal radar_options
        sepa_debit type us_bank_account
    """,
    "other_objects": "id object created livemode metadata",
}
"""Table -> keys of its objects that have a column; what has none goes to `_rescued_data`."""

REPORT_REQUIRED = frozenset("balance_transaction_id currency gross fee net reporting_category".split())
"""Columns without which a report line cannot be accounted for: their absence quarantines the file."""

IDENTIFIERS = frozenset(
    """
        id balance_transaction balance_transaction_id charge charge_id payment_intent payment_intent_id source source_id
        customer customer_id invoice invoice_id invoice_number subscription subscription_id subscription_item
        automatic_payout_id payout destination destination_payment_id transfer transfer_id refund refund_id dispute
        dispute_id order_id connected_account connected_account_id connected_account_direct_charge_id gateway_account
        payment_method latest_charge network_transaction_id acquirer_reference_number trace_id payout_reference_token
        reference fingerprint number receipt_number dashboard_id client_secret
    """.split()
)

_KIND = re.compile(r'"object"\s*:\s*"[a-z0-9_.]+"')
_MARK = re.compile(
    r'"livemode"\s*:|"url"\s*:\s*"/v[12]/'
    r'|"id"\s*:\s*"(?:ch|py|pi|re|pyr|dp|du|cus|sub|si|in|il|ii|price|prod|di|cn|txn|po|evt|pm|card|ba|acct)_'
)
_FOREIGN = re.compile(r'"(?:resource_version|business_entity_id)"\s*:')


def is_ours(head: str) -> bool:
    """Whether JSON that begins like this holds Stripe objects; Chargebee's have `object` too, and a version."""
    return bool(_KIND.search(head) and _MARK.search(head)) and not _FOREIGN.search(head)


def table_of(cells: Mapping[str, str], frame: Mapping[str, str]) -> str | None:
    """Table of one API object.

    Raises:
        Refused: an object with a version, as Chargebee's have.
    """
    kind = cells.get("object", "")
    if not kind.startswith('"'):
        return None
    if "resource_version" in cells:
        raise Refused("an object with a resource_version among Stripe's: they have none, Chargebee's have")
    return OBJECTS.get(kind.strip('"'), "other_objects")


def _report(*required: str) -> tuple[Column, ...]:
    return tuple(
        column(name, name=name, required=name in REPORT_REQUIRED.union(required), identifier=name in IDENTIFIERS)
        for name in _REPORT
    )


PROVIDER = Provider(
    NAME,
    SCHEMA,
    exports=(
        Export(
            "payout_reconciliation",
            {"payout_reconciliation": _report("automatic_payout_id")},
            delimited(),
            days=Days(("automatic_payout_effective_at",)),
        ),
        Export(
            "balance_change_from_activity",
            {"balance_change_from_activity": _report()},
            delimited(),
            days=Days(("created",)),
        ),
    ),
    documents=Documents({table: keys(own) for table, own in _OBJECT_KEYS.items()}, is_ours, table_of),
    identifiers=IDENTIFIERS,
)
