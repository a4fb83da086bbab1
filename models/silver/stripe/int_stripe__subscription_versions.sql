with versions as (
    select
        *,
        max(event_at) over (partition by subscription_id) as last_event_at,
        -- An API export does not say when it was made. The latest instant that the object itself stamps is the latest
        -- at which it is known to have looked like this.
        coalesce(
            event_at,
            greatest(created_at, started_at, trial_starts_at, period_starts_at, canceled_at, ended_at)
        ) as seen_at
    from {{ ref("stg_stripe__subscriptions") }}
),

-- Where the events reach past that instant they know better: an export made long after a renewal shows the status of
-- its own day, not of the renewal's.
kept as (
    select
        *,
        case
            when status_raw in ('canceled', 'incomplete_expired') then coalesce(least(ended_at, seen_at), seen_at)
            else seen_at
        end as valid_from,
        status_raw in ('canceled', 'incomplete_expired') as is_ended
    from versions
    where seen_at is not null and (event_id is not null or last_event_at is null or seen_at > last_event_at)
),

-- Events carry whole seconds and arrive in any order. Within a second an end comes last and a creation first, and a
-- version whose status another one names as its previous status came before that one.
ordered as (
    select
        *,
        min(case when is_ended then valid_from end) over (partition by subscription_id) as first_end_at,
        row_number() over (
            partition by subscription_id, valid_from
            order by
                is_ended desc,
                coalesce(event_type = 'customer.subscription.created', false) asc,
                is_before_another asc,
                period_starts_at desc,
                event_id desc,
                cells_text desc,
                source_file_id asc
        ) as choice
    from (
        select
            *,
            coalesce(array_contains(
                collect_set(previous_status) over (partition by subscription_id, valid_from), status_raw
            ), false) as is_before_another
        from kept
    ) as compared
),

final as (
    select
        subscription_id,
        valid_from,
        customer_id,
        case
            when is_ended then 'canceled'
            -- Collection can be paused while the status stays active: nothing is billed, so it is a pause.
            when substr(pause_json, 1, 1) = '{' and status_raw in ('active', 'past_due', 'trialing', 'unpaid')
                then 'paused'
            else status_raw
        end as status,
        currency,
        items_json,
        has_more_items,
        discount_json,
        discounts_json,
        trial_ends_at,
        case when cancel_at is not null or is_cancel_at_period_end or is_ended then canceled_at end
            as cancel_requested_at,
        coalesce(cancel_at, case when is_cancel_at_period_end then period_ends_at end) as cancel_at,
        case when is_ended then valid_from end as ended_at,
        case
            when not is_ended then null
            when cancellation_reason = 'payment_failed' or status_raw = 'incomplete_expired' then 'payment_failure'
            when cancellation_reason = 'cancellation_requested' then 'voluntary'
            else 'other'
        end as end_reason,
        period_ends_at,
        source_account_id,
        source_file_id
    from ordered
    -- Stripe never revives an ended subscription; what claims to come after is a late copy of an earlier state.
    where choice = 1 and (first_end_at is null or valid_from <= first_end_at)
)

select * from final
