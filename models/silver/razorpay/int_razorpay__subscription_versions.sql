{{ config(materialized="ephemeral") }}
{%- set ended = "('cancelled', 'completed', 'expired')" %}
{%- set progress -%}
    array_position(array(
        'created', 'authenticated', 'active', 'pending', 'halted', 'paused', 'expired', 'completed', 'cancelled'
    ), {}) {%- endset %}

with source as (
    select
        *,
        -- A start within a day is the customer's consent, not the end of a trial.
        coalesce(start_at > created_at + interval 1 day, false) as has_trial,
        -- A version tells the status that it shows: an event from its own instant on, an export from the latest instant
        -- that it stamps.
        case
            when status_raw in {{ ended }}
                then coalesce(least(ended_at, event_at), ended_at, event_at, current_start_at, created_at)
            when event_at is not null then event_at
            when status_raw = 'paused' then coalesce(paused_at, current_start_at, created_at)
            else coalesce(current_start_at, created_at)
        end as told_from
    from {{ ref("stg_razorpay__subscriptions") }}
),

numbered as (
    select
        *,
        min(event_at) over (partition by subscription_id) as first_event_at,
        max(event_at) over (partition by subscription_id) as last_event_at,
        min(
            case when event_type in ('subscription.authenticated', 'subscription.activated') then event_at end
        ) over (partition by subscription_id) as first_entry_at,
        row_number() over (
            partition by subscription_id
            order by
                event_at nulls last, told_from, {{ progress.format("status_raw") }},
                plan_id, quantity, offer_id, start_at, current_start_at, source_file_id
        ) as version_number
    from source
),

-- The first version tells too when the subscription was created and when its first period began, for the time before
-- the first event; an event that enters that period knows better when it was.
instants as (
    select
        *,
        1 as part,
        if(has_trial, 'authenticated', 'created') as shown_status,
        created_at as valid_from
    from numbered
    where version_number = 1
    union all
    select
        *,
        2 as part,
        'active' as shown_status,
        start_at as valid_from
    from numbered
    where
        version_number = 1 and current_start_at is not null and start_at is not null
        and (first_event_at is null or first_entry_at is distinct from first_event_at)
    union all
    select
        *,
        3 as part,
        status_raw as shown_status,
        told_from as valid_from
    from numbered
),

ordered as (
    select
        *,
        shown_status in {{ ended }} as is_ended,
        min(case when shown_status in {{ ended }} then valid_from end) over (partition by subscription_id)
            as first_end_at,
        row_number() over (
            partition by subscription_id, valid_from
            order by
                {{ progress.format("shown_status") }} desc,
                event_at desc nulls last,
                part desc,
                plan_id asc,
                quantity asc,
                offer_id asc,
                start_at asc,
                source_file_id asc
        ) as choice
    from instants
    where
        (part = 3 and event_at is not null)
        or first_event_at is null
        or (part < 3 and valid_from < first_event_at)
        or (part = 3 and valid_from > last_event_at)
),

-- What claims to come after the end is a late copy of an earlier state. A subscription is halted in the very second in
-- which it is cancelled for it.
compared as (
    select
        *,
        max(case when shown_status = 'halted' then valid_from end) over (partition by subscription_id)
            as last_halted_at,
        max(case when not is_ended and shown_status <> 'halted' then valid_from end) over (partition by subscription_id)
            as last_living_at
    from ordered
    where first_end_at is null or valid_from <= first_end_at
),

final as (
    select
        subscription_id,
        customer_id,
        plan_id,
        quantity,
        offer_id,
        created_at,
        case when has_trial then start_at end as trial_ends_at,
        case shown_status
            when 'created' then 'incomplete'
            when 'authenticated' then 'trialing'
            when 'pending' then 'past_due'
            when 'halted' then 'unpaid'
            when 'cancelled' then 'canceled'
            when 'completed' then 'canceled'
            when 'expired' then 'canceled'
            else shown_status
        end as status,
        is_ended,
        case
            when not is_ended then null
            when shown_status = 'completed' then 'other'
            when shown_status = 'expired' then 'payment_failure'
            -- Nothing says why one was cancelled. Halted means that all retries are over.
            when last_halted_at >= coalesce(last_living_at, last_halted_at) then 'payment_failure'
            else 'voluntary'
        end as end_reason,
        valid_from,
        source_account_id,
        source_file_id
    from compared
    where choice = 1
)

select * from final
