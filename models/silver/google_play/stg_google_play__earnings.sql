{{ config(materialized="ephemeral") }}
{%- set cells = [
    "description", "transaction_date", "transaction_time", "tax_type", "transaction_type", "refund_type", "package_id",
    "sku_id", "buyer_country", "buyer_currency", "amount_buyer_currency", "merchant_currency", "amount_merchant_currency",
] %}
with lines as (
    select
        {%- for column in cells %}
            {{ column }},
        {%- endfor %}
        {{ long_date("transaction_date") }} as pacific_date,
        _file_id as source_file_id,
        _record as source_record
    from {{ source("bronze_google_play", "earnings") }}
),

delivered as (
    {{ delivered_once(cells) }}
),

-- A file is one statement. A late line in it is of an earlier month and paid with this one.
statements as (
    select
        source_file_id,
        cast(date_trunc('month', max(pacific_date)) as date) as statement_month
    from lines
    group by source_file_id
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'google_play'
),

final as (
    select
        delivered.description as order_number,
        lower(delivered.transaction_type) as line_type,
        {{ pacific_instant("delivered.transaction_date", "delivered.transaction_time") }} as occurred_at,
        delivered.buyer_currency,
        {{ minor_units("replace(delivered.amount_buyer_currency, ',', '')", "buyer.exponent") }} as buyer_minor,
        delivered.merchant_currency as currency,
        {{ minor_units("replace(delivered.amount_merchant_currency, ',', '')", "merchant.exponent") }} as amount_minor,
        statements.statement_month,
        concat(cast(statements.statement_month as string), ':', delivered.merchant_currency) as payout_id,
        delivered.source_file_id,
        delivered.source_record
    from delivered
    inner join statements on delivered.source_file_id = statements.source_file_id
    left join exponents as buyer on delivered.buyer_currency = buyer.currency
    left join exponents as merchant on delivered.merchant_currency = merchant.currency
    where delivered.delivery = 1
)

select * from final
