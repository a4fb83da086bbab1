{{ config(materialized="ephemeral") }}

with states as (
    select
        *,
        lead(items) over (partition by subscription_id order by valid_from) as next_items,
        lead(valid_from) over (partition by subscription_id order by valid_from) as next_from
    from {{ ref("int_recurly__subscription_states") }}
),

-- Subscriptions that begin, paid or on trial, at the instant at which another one of the account ends: a migration.
successors as (
    select
        customer_id,
        min(valid_from) as starts_at
    from states
    where status in ('active', 'trialing')
    group by customer_id, subscription_id
),

starts as (
    select distinct
        customer_id,
        starts_at
    from successors
),

listed as (
    select
        *,
        explode(items) as one
    from states
),

-- An add-on that the next version does not have is over.
lived as (
    select
        *,
        inline(filter(
            array(
                named_struct('at', valid_from, 'is_gone', is_ended),
                named_struct(
                    'at', case
                        when not is_ended and not exists(next_items, i -> i.item = one.item) then next_from
                    end,
                    'is_gone', true
                )
            ),
            i -> i.at is not null
        )) as (at, is_gone)
    from listed
),

discounts as (
    select * from {{ ref("int_recurly__discounts") }}
),

final as (
    select
        null as source_account_id,
        lived.one.item as subscription_item_id,
        lived.subscription_id,
        lived.customer_id,
        lived.one.price as price_id,
        lived.one.quantity,
        lived.one.amount as amount_minor,
        lived.currency,
        lived.billing_interval,
        lived.interval_count,
        if(lived.is_gone, 'canceled', lived.status) as status,
        transform(
            coalesce(discounts.discounts, array()),
            d -> struct(
                case
                    when d.percent_off is not null then 'percent'
                    when d.amount_off_minor is not null then 'amount'
                    else 'unknown'
                end as kind,
                d.percent_off,
                d.amount_off_minor,
                d.duration,
                d.starts_at,
                d.ends_at,
                d.discount_id,
                false as is_of_item
            )
        ) as discounts,
        lived.trial_ends_at,
        lived.cancel_requested_at,
        lived.cancel_at,
        lived.is_gone as is_ended,
        case
            when lived.is_gone and not lived.is_ended then 'voluntary'
            when lived.end_reason = 'voluntary' and starts.customer_id is not null then 'migration'
            else lived.end_reason
        end as end_reason,
        lived.at as valid_from,
        lived.source_file_id
    from lived
    left join discounts
        on lived.subscription_id = discounts.subscription_id and lived.valid_from = discounts.valid_from
    left join starts
        on lived.customer_id = starts.customer_id and lived.at = starts.starts_at
)

select * from final
