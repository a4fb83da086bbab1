{{ config(materialized="ephemeral") }}
{%- set event = "status: string, timestamp: string, amount: string, transaction_source: string" %}
{%- set cards = ["credit_card_details", "apple_pay_details", "google_pay_card_details", "android_pay_card_details"] %}

with source as (
    select
        *,
        from_json(status_history, 'array<struct<{{ event }}>>') as history,
        coalesce({{ cards | join(", ") }}) as card_json,
        upper(get_json_object(disbursement_details, '$.settlement_currency_iso_code')) as settlement_currency
    from {{ source("bronze_braintree", "transactions") }}
    where id is not null
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'braintree'
),

final as (
    select
        source.id as transaction_id,
        coalesce(source.type, 'sale') as kind,
        source.refunded_transaction_id as original_transaction_id,
        source.merchant_account_id as source_account_id,
        upper(source.currency_iso_code) as currency,
        {{ minor_units("source.amount", "presentment.exponent") }} as amount_minor,
        {{ minor_units(
            "get(transform(filter(source.history, e -> e.status = 'authorized'), e -> e.amount), 0)", "presentment.exponent"
        ) }} as authorized_minor,
        source.status,
        try_cast(source.created_at as timestamp) as created_at,
        try_cast(source.updated_at as timestamp) as version_at,
        coalesce(
            {{ braintree_first("source.history", ["submitted_for_settlement"]) }},
            {{ braintree_first("source.history", ["settled"]) }}
        ) as submitted_at,
        get_json_object(source.customer_details, '$.id') as customer_id,
        source.subscription_id,
        source.plan_id,
        try_cast(get_json_object(source.subscription_details, '$.billing_period_start_date') as date) as period_from,
        try_cast(get_json_object(source.subscription_details, '$.billing_period_end_date') as date) as period_until,
        {{ minor_units("source.tax_amount", "presentment.exponent") }} as tax_minor,
        {{ minor_units("source.discount_amount", "presentment.exponent") }} as discount_minor,
        case
            when source.status = 'gateway_rejected' then source.gateway_rejection_reason
            when source.status = 'settlement_declined' then nullif(source.processor_settlement_response_code, '')
            when source.status in ('processor_declined', 'failed') then source.processor_response_code
        end as decline_code_raw,
        source.payment_instrument_type as method_raw,
        case
            when source.payment_instrument_type = 'apple_pay_card' then 'apple_pay'
            when source.payment_instrument_type in ('android_pay_card', 'google_pay_card') then 'google_pay'
        end as wallet,
        coalesce(
            get_json_object(source.card_json, '$.source_card_type'), get_json_object(source.card_json, '$.card_type')
        ) as network_raw,
        get_json_object(source.card_json, '$.debit') as debit,
        get_json_object(source.card_json, '$.prepaid') as prepaid,
        get_json_object(source.card_json, '$.country_of_issuance') as country_raw,
        size(filter(source.history, e -> e.transaction_source = 'recurring')) > 0 as is_recurring,
        get_json_object(source.three_d_secure_info, '$.status') as three_d_secure_status,
        get_json_object(source.three_d_secure_info, '$.lookup.trans_status') as lookup_status,
        source.sca_exemption_requested as exemption,
        try_cast(get_json_object(source.disbursement_details, '$.disbursement_date') as date) as disbursed_on,
        {{ minor_units("get_json_object(source.disbursement_details, '$.settlement_amount')", "settlement.exponent") }}
            as settled_minor,
        source.settlement_currency,
        get_json_object(source.disbursement_details, '$.success') = 'true' as is_paid,
        source._file_id as source_file_id
    from source
    left join exponents as presentment on upper(source.currency_iso_code) = presentment.currency
    left join exponents as settlement on source.settlement_currency = settlement.currency
)

select * from final
