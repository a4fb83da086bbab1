with copies as (
    select
        *,
        row_number() over (partition by subscription_id, version order by source_file_id) as copy_number
    from {{ ref("stg_chargebee__subscriptions") }}
),

versions as (
    select
        *,
        row_number() over (partition by subscription_id order by version) as version_number
    from copies
    where copy_number = 1
),

-- A version counts from when it was made; a cancellation can be dated back. The first version that landed also tells
-- when the subscription started, and when its trial ended, if that was before.
instants as (
    select
        *,
        1 as part,
        case when trial_starts_at is null then 'active' else 'in_trial' end as shown_status,
        coalesce(started_at, trial_starts_at, created_at) as valid_from
    from versions
    where version_number = 1 and status_raw <> 'future'
    union all
    select
        *,
        2 as part,
        'active' as shown_status,
        least(trial_ends_at, activated_at) as valid_from
    from versions
    where version_number = 1 and status_raw <> 'future' and trial_starts_at is not null and activated_at is not null
    union all
    select
        *,
        3 as part,
        case when is_deleted or status_raw in ('cancelled', 'transferred') then 'ended' else status_raw end
            as shown_status,
        case when status_raw = 'cancelled' then least(cancelled_at, version_at) else version_at end as valid_from
    from versions
),

-- What a later version says of an earlier instant, or of the same one, is what holds.
kept as (
    select *
    from (
        select
            *,
            min(valid_from) over (
                partition by subscription_id
                order by version, part
                rows between 1 following and unbounded following
            ) as next_valid_from
        from instants
    ) as followed
    where valid_from is not null and (next_valid_from is null or valid_from < next_valid_from)
),

final as (
    select
        subscription_id,
        valid_from,
        customer_id,
        case
            when shown_status = 'ended' then 'canceled'
            when shown_status = 'in_trial' then 'trialing'
            when shown_status = 'future' then 'incomplete'
            when shown_status = 'paused' then 'paused'
            -- Dunning leaves the status as it is.
            when is_due and part = 3 then 'past_due'
            else 'active'
        end as status,
        currency,
        billing_interval,
        interval_count,
        trial_ends_at,
        period_ends_at,
        case
            when part < 3 then null
            when shown_status = 'ended' then coalesce(cancel_scheduled_at, cancelled_at)
            when cancelled_at is not null then cancel_scheduled_at
        end as cancel_requested_at,
        case when part = 3 and shown_status <> 'ended' then cancelled_at end as cancel_at,
        false as has_more_items,
        case
            when shown_status <> 'ended' then null
            when status_raw <> 'cancelled' then 'other'
            when cancel_reason is null then 'voluntary'
            when cancel_reason in ('not_paid', 'no_card') then 'payment_failure'
            when cancel_reason = 'fraud_review_failed' then 'fraud'
            else 'other'
        end as end_reason,
        items_json,
        plan_id,
        plan_quantity_text,
        plan_unit_price_text,
        plan_amount_text,
        addons_json,
        coupons_json,
        discounts_json,
        source_account_id,
        source_file_id
    from kept
)

select * from final
