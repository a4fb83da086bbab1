{{ config(materialized="ephemeral") }}

with numbered as (
    select
        *,
        {{ chargebee_choice("price_id") }}
    from {{ ref("stg_chargebee__prices") }}
),

final as (
    select
        cast(null as string) as source_account_id,
        numbered.price_id,
        numbered.product_id,
        numbered.currency,
        case when numbered.is_per_unit and not numbered.is_fraction then numbered.price_minor end as unit_amount_minor,
        case when numbered.is_per_unit then 'per_unit' else 'tiered' end as billing_scheme,
        case when coalesce(items.is_metered, false) then 'metered' else 'licensed' end as usage_type,
        numbered.billing_interval as interval,
        numbered.interval_count,
        numbered.trial_days,
        numbered.source_file_id
    from numbered
    left join {{ ref("stg_chargebee__items") }} as items
        on numbered.product_id = items.item_id and numbered.kind = 'item_price'
    where numbered.choice = 1
)

select * from final
