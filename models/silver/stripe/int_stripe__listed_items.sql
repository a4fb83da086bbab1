{{ config(materialized="ephemeral") }}
{%- set interval = "interval: string, interval_count: string, usage_type: string" %}
{%- set amounts = "unit_amount: string, unit_amount_decimal: string" %}
{%- set price = "id: string, currency: string, " ~ amounts ~ ", recurring: struct<" ~ interval ~ ">" %}
{%- set plan = "id: string, currency: string, amount: string, amount_decimal: string, " ~ interval %}
{%- set item = "id: string, quantity: string, price: struct<" ~ price ~ ">, plan: struct<" ~ plan ~ ">" %}

with source as (
    select
        subscription_id,
        valid_from,
        inline(from_json(items_json, 'array<struct<{{ item }}>>')) as (item_id, quantity_text, price, plan)
    from {{ ref("int_stripe__subscription_versions") }}
),

-- Prices were plans before 2020; old exports hold only the plan.
renamed as (
    select
        source.subscription_id,
        source.valid_from,
        source.item_id as subscription_item_id,
        coalesce(source.price.id, source.plan.id) as price_id,
        upper(coalesce(source.price.currency, source.plan.currency)) as price_currency,
        coalesce(source.price.recurring.interval, source.plan.interval) as billing_interval,
        cast({{ whole_units("coalesce(source.price.recurring.interval_count, source.plan.interval_count)") }} as int)
            as interval_count,
        coalesce(source.price.recurring.usage_type, source.plan.usage_type) as usage_type,
        {{ whole_units("source.quantity_text") }} as quantity,
        {{ to_decimal(
            'coalesce(source.price.unit_amount_decimal, source.price.unit_amount, source.plan.amount_decimal, source.plan.amount)',
            'decimal(28, 9)'
        ) }} as unit_amount
    from source
),

final as (
    select
        subscription_id,
        valid_from,
        subscription_item_id,
        price_id,
        price_currency,
        billing_interval,
        interval_count,
        quantity,
        -- Usage is billed after the fact, so a metered item promises nothing. A price may have fractions of a cent; the
        -- amount per interval has none.
        case
            when usage_type = 'metered' then 0
            else cast(round(unit_amount * cast(coalesce(quantity, 1) as decimal(9, 0)), 0) as bigint)
        end as amount_minor
    from renamed
)

select * from final
