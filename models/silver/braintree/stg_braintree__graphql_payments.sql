{{ config(materialized="ephemeral") }}
{%- set columns = {
    "id": "id", "legacyId": "legacy_id", "createdAt": "created_at", "merchantAccountId": "source_account_id",
    "status": "status", "amount": "amount", "statusHistory": "status_history",
    "disbursementDetails": "disbursement_details", "paymentMethodSnapshot": "snapshot", "customer": "customer",
    "_file_id": "source_file_id",
} %}

with payments as (
    {%- for kind, table in [("sale", "graphql_transactions"), ("credit", "graphql_refunds")] %}
        select
            {%- for name, column in columns.items() %}
                `{{ name }}` as {{ column }},
            {%- endfor %}
            {{ "`refundedTransaction`" if kind == "credit" else "cast(null as string)" }} as sale_json,
            '{{ kind }}' as kind
        from {{ source("bronze_braintree", table) }}
        where id is not null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

source as (
    select
        *,
        {{ braintree_events("status_history") }} as history,
        upper(get_json_object(amount, '$.currencyCode')) as currency,
        upper(get_json_object(disbursement_details, '$.amount.currencyCode')) as settlement_currency
    from payments
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
        {{ braintree_id("source.legacy_id", "source.id") }} as transaction_id,
        source.kind,
        case
            when source.sale_json is not null
                then {{ braintree_id(
                    "get_json_object(source.sale_json, '$.legacyId')", "get_json_object(source.sale_json, '$.id')"
                ) }}
        end as original_transaction_id,
        source.source_account_id,
        source.currency,
        {{ minor_units("get_json_object(source.amount, '$.value')", "presentment.exponent") }} as amount_minor,
        {{ minor_units(
            "get(transform(filter(source.history, e -> e.status = 'authorized'), e -> e.amount), 0)",
            "presentment.exponent"
        ) }} as authorized_minor,
        lower(source.status) as status,
        try_cast(source.created_at as timestamp) as created_at,
        try_cast(array_max(transform(source.history, e -> e.timestamp)) as timestamp) as version_at,
        coalesce(
            {{ braintree_first("source.history", ["submitted_for_settlement"]) }},
            try_cast(array_min(transform(
                filter(source.history, e -> e.batch_id is not null), e -> e.timestamp
            )) as timestamp)
        ) as submitted_at,
        {{ braintree_id(
            "get_json_object(source.customer, '$.legacyId')", "get_json_object(source.customer, '$.id')"
        ) }} as customer_id,
        cast(null as string) as subscription_id,
        cast(null as string) as plan_id,
        cast(null as date) as period_from,
        cast(null as date) as period_until,
        cast(null as bigint) as tax_minor,
        cast(null as bigint) as discount_minor,
        case
            when source.status = 'GATEWAY_REJECTED'
                then array_max(transform(source.history, e -> e.rejection_reason))
            when source.status in ('PROCESSOR_DECLINED', 'FAILED', 'SETTLEMENT_DECLINED')
                then array_max(transform(source.history, e -> e.response_code))
        end as decline_code_raw,
        case
            when get_json_object(source.snapshot, '$.brandCode') is not null then 'credit_card'
            when get_json_object(source.snapshot, '$.venmoUserId') is not null then 'venmo_account'
            when get_json_object(source.snapshot, '$.payer') is not null then 'paypal_account'
        end as method_raw,
        lower(get_json_object(source.snapshot, '$.origin.type')) as wallet,
        get_json_object(source.snapshot, '$.brandCode') as network_raw,
        get_json_object(source.snapshot, '$.binData.debit') as debit,
        get_json_object(source.snapshot, '$.binData.prepaid') as prepaid,
        get_json_object(source.snapshot, '$.binData.countryOfIssuance') as country_raw,
        size(filter(source.history, e -> e.source = 'recurring')) > 0 as is_recurring,
        cast(null as string) as three_d_secure_status,
        cast(null as string) as lookup_status,
        cast(null as string) as exemption,
        try_cast(get_json_object(source.disbursement_details, '$.date') as date) as disbursed_on,
        {{ minor_units("get_json_object(source.disbursement_details, '$.amount.value')", "settlement.exponent") }}
            as settled_minor,
        source.settlement_currency,
        cast(null as boolean) as is_paid,
        source.source_file_id
    from source
    left join exponents as presentment on source.currency = presentment.currency
    left join exponents as settlement on source.settlement_currency = settlement.currency
)

select * from final
