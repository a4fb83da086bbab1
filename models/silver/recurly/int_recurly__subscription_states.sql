with history as (
    select * from {{ ref("int_recurly__history_states") }}
),

-- The history is complete; without it there are the states that files happened to show.
united as (
    select * from history
    union all
    select snapshots.*
    from {{ ref("int_recurly__snapshot_states") }} as snapshots
    left anti join history on snapshots.subscription_id = history.subscription_id
),

plans as (
    select
        plan_code,
        currency,
        max(interval) as interval,
        max(interval_count) as interval_count
    from {{ ref("stg_recurly__plan_prices") }}
    where add_on_code is null
    group by plan_code, currency
),

final as (
    select
        united.subscription_id,
        united.customer_id,
        united.plan_code,
        united.currency,
        coalesce({{ recurly_interval("united.interval_unit", "united.interval_length") }}, plans.interval)
            as billing_interval,
        coalesce({{ recurly_interval_count("united.interval_unit", "united.interval_length") }}, plans.interval_count)
            as interval_count,
        united.items,
        united.status,
        united.trial_ends_at,
        united.cancel_requested_at,
        united.cancel_at,
        united.is_ended,
        case
            when not united.is_ended then null
            when regexp_replace(united.expiration_reason, '[^a-z]', '') like 'nonpayment%' then 'payment_failure'
            when united.expiration_reason like 'cancel%' then 'voluntary'
            when united.expiration_reason is null and united.cancel_requested_at is not null then 'voluntary'
            else 'other'
        end as end_reason,
        united.valid_from,
        united.source_file_id
    from united
    left join plans on united.plan_code = plans.plan_code and united.currency = plans.currency
)

select * from final
