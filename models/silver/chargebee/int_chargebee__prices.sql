{{ config(materialized="ephemeral") }}

with numbered as (
    select
        *,
        {{ chargebee_choice("price_id") }}
    from {{ ref("stg_chargebee__prices") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'chargebee'
),

final as (
    select
        cast(null as string) as source_account_id,
        numbered.price_id,
        numbered.product_id,
        numbered.currency,
        -- `price` is rounded where the exact price has more decimals than the currency.
        case
            when not numbered.is_per_unit then null
            when numbered.price_in_decimal is null then numbered.price_minor
            else {{ minor_units("numbered.price_in_decimal", "exponents.exponent") }}
        end as unit_amount_minor,
        case when numbered.is_per_unit then 'per_unit' else 'tiered' end as billing_scheme,
        case when coalesce(items.is_metered, false) then 'metered' else 'licensed' end as usage_type,
        numbered.billing_interval as interval,
        numbered.interval_count,
        numbered.trial_days,
        numbered.source_file_id
    from numbered
    left join {{ ref("stg_chargebee__items") }} as items
        on numbered.product_id = items.item_id and numbered.kind = 'item_price'
    left join exponents on numbered.currency = exponents.currency
    where numbered.choice = 1
)

select * from final
