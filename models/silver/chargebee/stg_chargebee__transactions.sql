{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("transactions", "transaction", [
        "id", "type", "status", "date", "amount", "currency_code", "customer_id", "subscription_id",
        "payment_source_id", "payment_method", "payment_method_details", "gateway", "error_code", "error_detail",
        "fraud_flag", "initiator_type", "three_d_secure", "authorization_reason", "reference_authorization_id",
        "reference_transaction_id", "refunded_txn_id", "reversal_transaction_id", "linked_invoices",
        "linked_credit_notes", "business_entity_id",
    ]) }}
),

final as (
    select
        id as transaction_id,
        type as type_raw,
        status as status_raw,
        {{ from_epoch("date") }} as created_at,
        {{ whole_units("amount") }} as amount_minor,
        upper(currency_code) as currency,
        customer_id,
        subscription_id,
        payment_source_id,
        payment_method as method_raw,
        get_json_object(payment_method_details, '$.card.brand') as brand,
        get_json_object(payment_method_details, '$.card.funding_type') as funding_raw,
        gateway,
        coalesce(get_json_object(error_detail, '$.decline_code'), error_code) as error_code,
        get_json_object(error_detail, '$.processor_advice_code') as advice_code,
        coalesce(fraud_flag = 'fraudulent', false) as is_fraudulent,
        initiator_type,
        three_d_secure = 'true' as is_three_d_secure,
        coalesce(authorization_reason = 'verification', false) as is_verification,
        reference_authorization_id as authorization_id,
        coalesce(refunded_txn_id, reference_transaction_id) as original_transaction_id,
        reversal_transaction_id is not null as is_reversed,
        get_json_object(linked_invoices, '$[0].invoice_id') as invoice_id,
        get_json_object(linked_credit_notes, '$[0].cn_reason_code') as reason,
        version,
        version_at,
        is_deleted,
        business_entity_id as source_account_id,
        source_file_id
    from source
)

select * from final
