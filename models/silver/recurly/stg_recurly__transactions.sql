{{ config(materialized="ephemeral") }}
{%- set fields = [
    "id", "uuid", "original_transaction_id", "type", "origin", "status", "currency", "amount", "status_code",
    "collected_at", "created_at", "updated_at"
] %}
{%- set object = "array<struct<" ~ fields | join(": string, ") ~ ": string, subscription_ids: array<string>, "
    ~ "payment_method: struct<object: string, card_type: string>, fraud_info: struct<decision: string>>>" %}

with objects as (
    select
        {%- for field in fields %}
            {{ field }},
        {%- endfor %}
        get_json_object(account, '$.code') as customer_id,
        get_json_object(invoice, '$.id') as invoice_id,
        from_json(subscription_ids, 'array<string>') as subscription_ids,
        lower(get_json_object(payment_method, '$.object')) as method_raw,
        get_json_object(payment_method, '$.card_type') as network_raw,
        get_json_object(fraud_info, '$.decision') as fraud_decision,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "transactions") }}
    union all
    select
        {%- for field in fields %}
            one.{{ field }},
        {%- endfor %}
        customer_id,
        invoice_id,
        one.subscription_ids,
        lower(one.payment_method.object) as method_raw,
        one.payment_method.card_type as network_raw,
        one.fraud_info.decision as fraud_decision,
        source_file_id
    from (
        select
            explode(from_json(transactions, '{{ object }}')) as one,
            get_json_object(account, '$.code') as customer_id,
            id as invoice_id,
            _file_id as source_file_id
        from {{ source("bronze_recurly", "invoices") }}
    ) as invoices
),

source as (
    select
        transaction_id,
        original_transaction_id,
        account_code as customer_id,
        invoice_id,
        transform(split(subscription_id, ','), s -> trim(s)) as subscription_ids,
        type,
        origin,
        status,
        currency,
        amount,
        failure_type as decline_code_raw,
        lower(replace(payment_method, ' ', '_')) as method_raw,
        coalesce(nullif(card_brand, ''), cc_type) as network_raw,
        concat_ws(' ', card_type, card_level) as funding_raw,
        upper(nullif(card_issuing_country, '')) as card_country,
        fraud_decision,
        date as created_text,
        collected_at as collected_text,
        modified_at as version_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_transactions") }}
    union all
    select
        coalesce(uuid, id) as transaction_id,
        original_transaction_id,
        customer_id,
        invoice_id,
        subscription_ids,
        type,
        origin,
        status,
        currency,
        amount,
        status_code as decline_code_raw,
        method_raw,
        network_raw,
        cast(null as string) as funding_raw,
        cast(null as string) as card_country,
        fraud_decision,
        created_at as created_text,
        collected_at as collected_text,
        updated_at as version_text,
        source_file_id
    from objects
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

final as (
    select
        source.transaction_id,
        nullif(source.original_transaction_id, '') as original_transaction_id,
        nullif(source.customer_id, '') as customer_id,
        nullif(source.invoice_id, '') as invoice_id,
        -- What several subscriptions were charged in belongs to none of them.
        case when size(source.subscription_ids) = 1 then nullif(get(source.subscription_ids, 0), '') end
            as subscription_id,
        lower(source.type) as type,
        lower(source.origin) as origin,
        lower(source.status) as status_raw,
        upper(source.currency) as currency,
        {{ minor_units("source.amount", "exponents.exponent") }} as amount_minor,
        nullif(source.decline_code_raw, '') as decline_code_raw,
        nullif(source.method_raw, '') as method_raw,
        lower(nullif(source.network_raw, '')) as network_raw,
        lower(source.funding_raw) as funding_raw,
        source.card_country,
        lower(source.fraud_decision) as fraud_decision,
        {{ recurly_instant("source.created_text") }} as created_at,
        {{ recurly_instant("source.collected_text") }} as collected_at,
        {{ recurly_instant("source.version_text") }} as version_at,
        source.source_file_id
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.transaction_id <> ''
)

select * from final
