{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("int_razorpay__subscription_versions") }}
),

plans as (
    select * from {{ ref("int_razorpay__prices") }}
),

-- Subscriptions that begin, paid or on trial, at the instant at which another one of the customer ends: a migration.
successors as (
    select distinct
        customer_id,
        created_at as starts_at
    from versions
    where valid_from = created_at and status in ('active', 'trialing')
),

offers as (
    select
        subscription_id,
        offer_id,
        min(valid_from) as starts_at
    from versions
    where offer_id is not null
    group by subscription_id, offer_id
),

final as (
    select
        versions.source_account_id,
        -- A subscription has one plan: it is its own item.
        versions.subscription_id as subscription_item_id,
        versions.subscription_id,
        versions.customer_id,
        versions.plan_id as price_id,
        versions.quantity,
        plans.unit_amount_minor * versions.quantity as amount_minor,
        plans.currency,
        plans.interval as billing_interval,
        plans.interval_count,
        versions.status,
        -- What an offer takes off is in no export.
        case
            when offers.offer_id is not null
                then array(struct(
                    'unknown' as kind,
                    cast(null as decimal(9, 4)) as percent_off,
                    cast(null as bigint) as amount_off_minor,
                    cast(null as string) as duration,
                    offers.starts_at,
                    {{ open_end() }} as ends_at,
                    offers.offer_id as discount_id,
                    false as is_of_item
                ))
            else array()
        end as discounts,
        versions.trial_ends_at,
        cast(null as timestamp) as cancel_requested_at,
        cast(null as timestamp) as cancel_at,
        versions.is_ended,
        case
            when versions.end_reason = 'voluntary' and successors.customer_id is not null then 'migration'
            else versions.end_reason
        end as end_reason,
        versions.valid_from,
        versions.source_file_id
    from versions
    left join plans on versions.plan_id = plans.price_id
    left join offers
        on versions.subscription_id = offers.subscription_id and versions.offer_id = offers.offer_id
    left join successors
        on versions.customer_id = successors.customer_id and versions.valid_from = successors.starts_at
)

select * from final
