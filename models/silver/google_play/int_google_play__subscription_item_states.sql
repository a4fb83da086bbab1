{{ config(materialized="ephemeral") }}

-- 1 recovered, 2 renewed, 3 canceled, 4 purchased, 5 on hold, 6 in grace period, 7 restarted, 10 paused, 12 revoked,
-- 13 expired, 18 cancellation scheduled. The others change nothing that is kept.
with notifications as (
    select
        *,
        case
            when notification_type in (1, 2, 4, 7) then 'active'
            when notification_type = 6 then 'past_due'
            when notification_type = 5 then 'unpaid'
            when notification_type = 10 then 'paused'
            when notification_type in (12, 13) then 'canceled'
        end as said_status
    from {{ ref("stg_google_play__notifications") }}
    where notification_type in (1, 2, 3, 4, 5, 6, 7, 10, 12, 13, 18)
),

-- A cancellation leaves the status as it is; a history that begins with one was active.
stretches as (
    select
        *,
        count(case when said_status <> 'canceled' then 1 end) over so_far as stretch,
        max(case when notification_type in (3, 18) then event_at end) over so_far as canceled_at,
        max(case when notification_type in (1, 2, 4, 7) then event_at end) over so_far as renewed_at,
        row_number() over (partition by purchase_token, event_at order by notification_type desc) as choice
    from notifications
    window so_far as (partition by purchase_token order by event_at, notification_type)
),

carried as (
    select
        *,
        max(case when said_status <> 'canceled' then said_status end) over (partition by purchase_token, stretch)
            as living_status,
        coalesce(canceled_at > coalesce(renewed_at, timestamp '1970-01-01 00:00:00'), false) as is_canceled
    from stretches
),

final as (
    select
        null as source_account_id,
        purchase_token as subscription_item_id,
        purchase_token as subscription_id,
        purchase_token as customer_id,
        null as price_id,
        1 as quantity,
        null as amount_minor,
        null as currency,
        null as billing_interval,
        null as interval_count,
        coalesce(said_status, living_status, 'active') as status,
        {{ no_discounts() }} as discounts,
        null as trial_ends_at,
        case when is_canceled then canceled_at end as cancel_requested_at,
        null as cancel_at,
        coalesce(said_status, '') = 'canceled' as is_ended,
        -- Google cancels what it could not collect, too: a cancellation out of grace or hold is a payment that failed.
        case
            when coalesce(said_status, '') <> 'canceled' then null
            when notification_type = 12 then 'store_refund'
            when living_status in ('past_due', 'unpaid') then 'payment_failure'
            when is_canceled then 'voluntary'
            else 'other'
        end as end_reason,
        event_at as valid_from,
        source_file_id
    from carried
    where choice = 1
)

select * from final
