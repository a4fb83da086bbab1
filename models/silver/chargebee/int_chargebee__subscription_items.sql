{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("int_chargebee__subscription_versions") }}
),

listed as (
    select * from {{ ref("int_chargebee__listed_items") }}
),

lives as (
    select
        subscription_id,
        subscription_item_id,
        min(valid_from) as starts_at
    from listed
    group by subscription_id, subscription_item_id
),

-- Every item meets every version of its subscription since it began, to see where it is gone.
states as (
    select
        versions.subscription_id,
        lives.subscription_item_id,
        versions.valid_from,
        versions.customer_id,
        versions.currency,
        versions.trial_ends_at,
        versions.cancel_requested_at,
        versions.cancel_at,
        versions.source_account_id,
        versions.source_file_id,
        listed.subscription_item_id is null and not versions.is_ended as is_removed,
        versions.status,
        versions.is_ended,
        versions.end_reason,
        lives.starts_at,
        last_value(
            case
                when listed.subscription_item_id is not null
                    then struct(
                        listed.price_id,
                        listed.quantity,
                        listed.amount_minor,
                        listed.billing_interval,
                        listed.interval_count
                    )
            end
        ) ignore nulls over item_so_far as item
    from lives
    inner join versions
        on lives.subscription_id = versions.subscription_id and lives.starts_at <= versions.valid_from
    left join listed
        on
            versions.subscription_id = listed.subscription_id
            and versions.valid_from = listed.valid_from
            and lives.subscription_item_id = listed.subscription_item_id
    window item_so_far as (
        partition by lives.subscription_id, lives.subscription_item_id
        order by versions.valid_from
        rows between unbounded preceding and current row
    )
),

-- Items that begin at the instant at which another one of the same customer ends: a migration.
successors as (
    select distinct
        customer_id,
        valid_from as starts_at
    from states
    where valid_from = starts_at and status not in ('canceled', 'incomplete')
),

final as (
    select
        states.subscription_id,
        states.subscription_item_id,
        states.valid_from,
        states.customer_id,
        states.item.price_id,
        states.item.quantity,
        states.item.amount_minor,
        states.currency,
        states.item.billing_interval,
        states.item.interval_count,
        case when states.is_removed then 'canceled' else states.status end as status,
        states.trial_ends_at,
        states.cancel_requested_at,
        states.cancel_at,
        states.is_removed or states.is_ended as is_ended,
        case
            when not states.is_removed and not states.is_ended then null
            when states.end_reason = 'payment_failure' then 'payment_failure'
            when successors.customer_id is not null then 'migration'
            when states.is_removed then 'voluntary'
            else states.end_reason
        end as end_reason,
        states.source_account_id,
        states.source_file_id
    from states
    left join successors
        on states.customer_id = successors.customer_id and states.valid_from = successors.starts_at
)

select * from final
