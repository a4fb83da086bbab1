{{ config(materialized="ephemeral") }}

with states as (
    select
        *,
        lead(valid_from, 1, {{ open_end() }}) over (partition by subscription_id order by valid_from) as valid_to
    from {{ ref("int_braintree__subscription_states") }}
),

modifications as (
    select * from {{ ref("int_braintree__modifications") }}
),

discounts as (
    select
        subscription_id,
        array_sort(collect_list(struct(starts_at, modification_id, amount_minor, duration, ends_at))) as discounts
    from modifications
    where kind = 'discount'
    group by subscription_id
),

items as (
    select
        states.*,
        states.valid_from as item_valid_from,
        states.subscription_id as subscription_item_id,
        states.plan_id as price_id,
        cast(null as bigint) as quantity,
        states.price_minor as amount_minor,
        states.status = 'canceled' as is_ended
    from states
    union all
    select
        states.*,
        greatest(states.valid_from, add_ons.starts_at) as item_valid_from,
        concat(states.subscription_id, ':', add_ons.modification_id) as subscription_item_id,
        add_ons.modification_id as price_id,
        add_ons.quantity,
        add_ons.amount_minor,
        states.status = 'canceled' as is_ended
    from states
    inner join modifications as add_ons
        on states.subscription_id = add_ons.subscription_id
    where add_ons.kind = 'add_on' and states.valid_to > add_ons.starts_at and states.valid_from < add_ons.ends_at
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
        {{ braintree_interval("items.months") }} as billing_interval,
        {{ braintree_interval_count("items.months") }} as interval_count,
        items.status,
        transform(
            coalesce(discounts.discounts, array()),
            d -> struct(
                'amount' as kind,
                cast(null as decimal(9, 4)) as percent_off,
                {{ common_units("braintree", "d.amount_minor", "items.currency") }} as amount_off_minor,
                d.duration,
                d.starts_at,
                d.ends_at,
                d.modification_id as discount_id,
                false as is_of_item
            )
        ) as discounts,
        items.trial_ends_at,
        cast(null as timestamp) as cancel_requested_at,
        items.cancel_at,
        items.is_ended,
        items.end_reason,
        items.item_valid_from as valid_from,
        items.source_file_id
    from items
    left join discounts on items.subscription_id = discounts.subscription_id
)

select * from final
