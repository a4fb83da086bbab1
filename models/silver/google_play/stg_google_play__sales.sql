{{ config(materialized="ephemeral") }}
{%- set cells = [
    "order_number", "order_charged_timestamp", "financial_status", "package_id", "product_type", "sku_id",
    "currency_of_sale", "item_price", "charged_amount", "base_plan_or_purchase_option_id",
] %}
with lines as (
    select
        {%- for column in cells %}
            {{ column }},
        {%- endfor %}
        _file_id as source_file_id,
        _record as source_record
    from {{ source("bronze_google_play", "estimated_sales") }}
),

-- The running month's report is the same file with more lines every day.
delivered as (
    {{ delivered_once(cells) }}
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
        delivered.order_number,
        {{ from_epoch("delivered.order_charged_timestamp") }} as charged_at,
        lower(delivered.financial_status) like '%refund%' as is_refund,
        lower(delivered.product_type) like '%subscription%' as is_subscription,
        delivered.sku_id as product_id,
        delivered.base_plan_or_purchase_option_id as plan_id,
        delivered.currency_of_sale as currency,
        {{ minor_units("replace(delivered.item_price, ',', '')", "exponents.exponent") }} as price_minor,
        {{ minor_units("replace(delivered.charged_amount, ',', '')", "exponents.exponent") }} as charged_minor,
        delivered.source_file_id,
        delivered.source_record
    from delivered
    left join exponents on delivered.currency_of_sale = exponents.currency
    where delivered.delivery = 1
)

select * from final
