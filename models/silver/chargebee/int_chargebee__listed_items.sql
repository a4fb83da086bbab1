{{ config(materialized="ephemeral") }}
{%- set amounts = "quantity: string, unit_price: string, amount: string" %}

with versions as (
    select * from {{ ref("int_chargebee__subscription_versions") }}
),

-- The older catalogue has one plan and its addons apart.
listed as (
    select
        subscription_id,
        valid_from,
        billing_interval,
        interval_count,
        inline(from_json(items_json, 'array<struct<item_price_id: string, item_type: string, {{ amounts }}>>')) as (
            price_id, item_type, quantity_text, unit_price_text, amount_text
        )
    from versions
    where items_json is not null
    union all
    select
        subscription_id,
        valid_from,
        billing_interval,
        interval_count,
        plan_id as price_id,
        'plan' as item_type,
        plan_quantity_text as quantity_text,
        plan_unit_price_text as unit_price_text,
        plan_amount_text as amount_text
    from versions
    where items_json is null and plan_id is not null
    union all
    select
        subscription_id,
        valid_from,
        billing_interval,
        interval_count,
        addon.id as price_id,
        'addon' as item_type,
        addon.quantity as quantity_text,
        addon.unit_price as unit_price_text,
        addon.amount as amount_text
    from (
        select
            *,
            explode(from_json(addons_json, 'array<struct<id: string, {{ amounts }}>>')) as addon
        from versions
        where items_json is null and plan_id is not null
    ) as addons
),

final as (
    select
        listed.subscription_id,
        listed.valid_from,
        {{ chargebee_item_id("listed.subscription_id", "listed.item_type", "listed.price_id") }}
            as subscription_item_id,
        listed.price_id,
        coalesce(prices.interval, listed.billing_interval) as billing_interval,
        coalesce(prices.interval_count, listed.interval_count) as interval_count,
        {{ whole_units("listed.quantity_text") }} as quantity,
        -- Usage is billed when it is over: a metered item promises nothing.
        case
            when prices.usage_type = 'metered' then 0L
            else coalesce(
                {{ whole_units("listed.amount_text") }},
                {{ whole_units("listed.unit_price_text") }} * coalesce({{ whole_units("listed.quantity_text") }}, 1L)
            )
        end as amount_minor,
        cast(null as string) as price_currency
    from listed
    left join {{ ref("int_chargebee__prices") }} as prices on listed.price_id = prices.price_id
    -- A charge is billed once.
    where coalesce(listed.item_type, 'plan') <> 'charge'
)

select * from final
