{{ config(materialized="ephemeral") }}

with items as (
    select * from {{ ref("int_chargebee__subscription_items") }}
),

discounts as (
    select
        subscription_id,
        valid_from,
        array_sort(collect_list(struct(
            starts_at, discount_id, item_price_id, kind, percent_off, amount_off_minor, duration, ends_at
        ))) as discounts
    from {{ ref("int_chargebee__subscription_discounts") }}
    group by subscription_id, valid_from
),

final as (
    select
        items.source_account_id,
        items.subscription_item_id,
        items.subscription_id,
        items.customer_id,
        items.price_id,
        items.quantity,
        items.amount_minor,
        items.currency,
        items.billing_interval,
        items.interval_count,
        items.status,
        transform(
            filter(
                coalesce(discounts.discounts, array()),
                d -> d.item_price_id is null or d.item_price_id = items.price_id
            ),
            d -> struct(
                coalesce(d.kind, 'unknown') as kind,
                d.percent_off,
                {{ common_units("chargebee", "d.amount_off_minor", "items.currency") }} as amount_off_minor,
                d.duration,
                d.starts_at,
                coalesce(d.ends_at, {{ open_end() }}) as ends_at,
                d.discount_id,
                d.item_price_id is not null as is_of_item
            )
        ) as discounts,
        items.trial_ends_at,
        items.cancel_requested_at,
        items.cancel_at,
        items.is_ended,
        items.end_reason,
        items.valid_from,
        items.source_file_id
    from items
    left join discounts
        on items.subscription_id = discounts.subscription_id and items.valid_from = discounts.valid_from
)

select * from final
