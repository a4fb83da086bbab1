{{ config(materialized="ephemeral") }}
{%- set coupon = "coupon_id: string, apply_till: string" %}
{%- set discount = "id: string, " ~ coupon ~ ", type: string, percentage: string, amount: string, "
    ~ "duration_type: string, item_price_id: string, created_at: string" %}

with versions as (
    select * from {{ ref("int_chargebee__subscription_versions") }}
),

-- Discounts say themselves what they take off; a coupon can be in both lists.
exploded as (
    select
        subscription_id,
        valid_from,
        period_ends_at,
        1 as list_rank,
        explode(from_json(discounts_json, 'array<struct<{{ discount }}>>')) as given
    from versions
    union all
    select
        subscription_id,
        valid_from,
        period_ends_at,
        2 as list_rank,
        struct(
            cast(null as string) as id,
            coupon.coupon_id,
            coupon.apply_till,
            cast(null as string) as type,
            cast(null as string) as percentage,
            cast(null as string) as amount,
            cast(null as string) as duration_type,
            cast(null as string) as item_price_id,
            cast(null as string) as created_at
        ) as given
    from (
        select
            *,
            explode(from_json(coupons_json, 'array<struct<{{ coupon }}>>')) as coupon
        from versions
    ) as coupons
),

numbered as (
    select
        exploded.*,
        coalesce(exploded.given.coupon_id, exploded.given.id) as discount_id,
        row_number() over (
            partition by
                exploded.subscription_id, exploded.valid_from, coalesce(exploded.given.coupon_id, exploded.given.id)
            order by exploded.list_rank, exploded.given.id
        ) as choice
    from exploded
),

known as (
    select
        numbered.subscription_id,
        numbered.valid_from,
        numbered.discount_id,
        numbered.given.item_price_id,
        coalesce(numbered.given.type, coupons.discount_type) as type,
        coalesce({{ to_decimal("numbered.given.percentage", "decimal(9, 4)") }}, coupons.percent_off) as percent_off,
        coalesce({{ whole_units("numbered.given.amount") }}, coupons.amount_off_minor) as amount_off_minor,
        coalesce(numbered.given.duration_type, coupons.duration_type) as duration_type,
        {{ from_epoch("numbered.given.created_at") }} as created_at,
        {{ from_epoch("numbered.given.apply_till") }} as stated_end_at,
        min(numbered.valid_from) over (partition by numbered.subscription_id, numbered.discount_id) as first_seen_at,
        min(numbered.period_ends_at) over (
            partition by numbered.subscription_id, numbered.discount_id
            order by numbered.valid_from
            rows between unbounded preceding and current row
        ) as first_period_ends_at
    from numbered
    left join {{ ref("stg_chargebee__coupons") }} as coupons on numbered.given.coupon_id = coupons.coupon_id
    where numbered.choice = 1
),

final as (
    select
        subscription_id,
        valid_from,
        discount_id,
        item_price_id as price_id,
        case type when 'percentage' then 'percent' when 'fixed_amount' then 'amount' end as kind,
        case when type = 'percentage' then percent_off end as percent_off,
        case when type = 'fixed_amount' then amount_off_minor end as amount_off_minor,
        case duration_type
            when 'one_time' then 'once'
            when 'limited_period' then 'repeating'
            when 'forever' then 'forever'
        end as duration,
        coalesce(created_at, first_seen_at) as starts_at,
        -- What is taken off once is taken off the term in which it is first seen.
        case when duration_type = 'one_time' then first_period_ends_at else stated_end_at end as ends_at
    from known
)

select * from final
