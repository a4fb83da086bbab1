{{ config(materialized="ephemeral") }}

with redemptions as (
    select * from {{ ref("stg_recurly__coupon_redemptions") }}
),

ids as (
    select * from {{ ref("int_recurly__ids") }}
    where kind = 'subscriptions'
),

known as (
    select
        redemptions.*,
        coalesce(ids.long_id, redemptions.subscription_id) as long_id
    from redemptions
    left join ids on redemptions.subscription_id = ids.short_id
),

subscriptions as (
    select
        subscription_id,
        customer_id,
        currency,
        plan_code,
        billing_interval,
        interval_count,
        valid_from,
        lead(valid_from, 1, {{ open_end() }}) over (partition by subscription_id order by valid_from) as valid_to
    from {{ ref("int_recurly__subscription_states") }}
),

-- A coupon is redeemed for one subscription, or for the account with all of its subscriptions, those to come included; some are
-- for some plans only.
placed as (
    select
        subscriptions.subscription_id,
        subscriptions.valid_from,
        known.redemption_id,
        known.percent_off,
        known.amount_off_minor,
        known.duration_raw,
        if(known.duration_raw = 'temporal', known.duration_count, subscriptions.interval_count) as period_count,
        if(known.duration_raw = 'temporal', known.duration_unit, subscriptions.billing_interval) as period_unit,
        known.starts_at,
        known.removed_at
    from subscriptions
    inner join known
        on subscriptions.customer_id = known.customer_id and subscriptions.currency = coalesce(known.currency, subscriptions.currency)
    where
        (known.long_id is null or known.long_id = subscriptions.subscription_id)
        and (known.plan_codes is null or array_contains(known.plan_codes, subscriptions.plan_code))
        and subscriptions.valid_to > known.starts_at
),

named as (
    select
        subscription_id,
        valid_from,
        redemption_id as discount_id,
        percent_off,
        amount_off_minor,
        case duration_raw when 'single_use' then 'once' when 'temporal' then 'repeating' else duration_raw end
            as duration,
        starts_at,
        -- One for a single use lowers one invoice: it ends with the period in which it was redeemed.
        case
            when duration_raw = 'forever' then {{ open_end() }}
            when period_unit = 'year' then cast(add_months(starts_at, 12 * period_count) as timestamp)
            when period_unit = 'month' then cast(add_months(starts_at, period_count) as timestamp)
            when period_unit = 'week' then cast(date_add(cast(starts_at as date), 7 * period_count) as timestamp)
            when period_unit = 'day' then cast(date_add(cast(starts_at as date), period_count) as timestamp)
            else {{ open_end() }}
        end as runs_out_at,
        removed_at
    from placed
),

final as (
    select
        subscription_id,
        valid_from,
        array_sort(collect_list(struct(
            starts_at, discount_id, percent_off, amount_off_minor, duration,
            least(runs_out_at, coalesce(removed_at, runs_out_at)) as ends_at
        ))) as discounts
    from named
    group by subscription_id, valid_from
)

select * from final
