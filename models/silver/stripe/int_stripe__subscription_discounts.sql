{%- set fields = "id string, coupon string, source string, `start` string, `end` string" %}
with versions as (
    select
        subscription_id,
        valid_from,
        period_ends_at,
        items_json,
        -- One `discount` until API version 2024-09-30, then a list; an unexpanded list holds ids only, and the old
        -- field tells more.
        case
            when instr(discounts_json, '{') > 0 then from_json(discounts_json, 'array<string>')
            when substr(discount_json, 1, 1) = '{' then array(discount_json)
            else from_json(discounts_json, 'array<string>')
        end as discounts
    from {{ ref("int_stripe__subscription_versions") }}
),

items as (
    select
        subscription_id,
        valid_from,
        period_ends_at,
        explode(from_json(items_json, 'array<struct<id: string, discounts: string>>')) as item
    from versions
    where items_json like '%"di\_%'
),

exploded as (
    select
        subscription_id,
        valid_from,
        period_ends_at,
        cast(null as string) as subscription_item_id,
        explode(discounts) as discount_json
    from versions
    union all
    select
        subscription_id,
        valid_from,
        period_ends_at,
        item.id as subscription_item_id,
        explode(from_json(item.discounts, 'array<string>')) as discount_json
    from items
),

parsed as (
    select
        discounts.subscription_id,
        discounts.valid_from,
        discounts.period_ends_at,
        discounts.subscription_item_id,
        coalesce(discounts.discount.id, discounts.discount_json) as discount_id,
        {{ from_epoch("discounts.discount.start") }} as starts_at,
        {{ from_epoch("discounts.discount.end") }} as stated_end_at,
        -- The coupon is an object or, since 2025-09-30 in `source`, often only its id.
        coalesce(discounts.discount.coupon, get_json_object(discounts.discount.source, '$.coupon')) as coupon_json
    from (
        select
            *,
            from_json(discount_json, '{{ fields }}') as discount
        from exploded
    ) as discounts
),

with_coupon as (
    select
        parsed.*,
        coalesce(
            {{ to_decimal("get_json_object(parsed.coupon_json, '$.percent_off')", 'decimal(9, 4)') }},
            coupons.percent_off
        ) as percent_off,
        coalesce({{ whole_units("get_json_object(parsed.coupon_json, '$.amount_off')") }}, coupons.amount_off_minor)
            as amount_off_minor,
        coalesce(get_json_object(parsed.coupon_json, '$.duration'), coupons.duration) as duration,
        coalesce(
            cast({{ whole_units("get_json_object(parsed.coupon_json, '$.duration_in_months')") }} as int),
            coupons.duration_in_months
        ) as duration_in_months,
        min(parsed.valid_from) over (partition by parsed.subscription_id, parsed.discount_id) as first_seen_at,
        min(parsed.period_ends_at) over (
            partition by parsed.subscription_id, parsed.discount_id
            order by parsed.valid_from
            rows between unbounded preceding and current row
        ) as first_period_ends_at
    from parsed
    left join {{ ref("stg_stripe__coupons") }} as coupons
        on coalesce(get_json_object(parsed.coupon_json, '$.id'), parsed.coupon_json) = coupons.coupon_id
),

final as (
    select
        subscription_id,
        valid_from,
        subscription_item_id,
        discount_id,
        case
            when percent_off is not null then 'percent'
            when amount_off_minor is not null then 'amount'
            else 'unknown'
        end as kind,
        percent_off,
        amount_off_minor,
        duration,
        coalesce(starts_at, first_seen_at) as starts_at,
        -- A once-coupon has no end in the export. It lowers one invoice, so it ends with the period in which it first
        -- appears.
        case
            when duration = 'once' then coalesce(first_period_ends_at, starts_at, first_seen_at)
            else coalesce(
                stated_end_at,
                case
                    when duration = 'repeating'
                        then cast(add_months(starts_at, duration_in_months) as timestamp)
                end,
                {{ open_end() }}
            )
        end as ends_at
    from with_coupon
)

select * from final
