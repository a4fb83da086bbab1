{{ config(materialized="ephemeral") }}

with sold as (
    select
        product_id,
        currency,
        price_minor,
        min(source_file_id) as source_file_id
    from {{ ref("stg_apple__notifications") }}
    where product_type = 'Auto-Renewable Subscription' and not has_offer and price_minor is not null
    group by product_id, currency, price_minor
),

final as (
    select
        null as source_account_id,
        concat_ws(':', sold.product_id, sold.currency, cast(sold.price_minor as string)) as price_id,
        sold.product_id,
        sold.currency,
        sold.price_minor as unit_amount_minor,
        'per_unit' as billing_scheme,
        'licensed' as usage_type,
        products.billing_interval as interval,
        products.interval_count,
        null as trial_days,
        sold.source_file_id
    from sold
    left join {{ ref("int_apple__products") }} as products on sold.product_id = products.product_id
)

select * from final
