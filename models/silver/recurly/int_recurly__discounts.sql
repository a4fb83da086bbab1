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

-- A coupon is redeemed for one subscription, or for the account with all of its subscriptions, those to come included;
-- some are for some plans only.
placed as (
    select
        subscriptions.subscription_id,
        subscriptions.valid_from,
        known.redemption_id,
        known.percent_off,
        known.amount_off_minor,
        known.duration_raw,
        known.duration_count,
        known.duration_unit,
        first_value(subscriptions.interval_count) over redeemed as interval_count,
        first_value(subscriptions.billing_interval) over redeemed as billing_interval,
        known.starts_at,
        known.removed_at
    from subscriptions
    inner join known
        on
            subscriptions.customer_id = known.customer_id
            and subscriptions.currency = coalesce(known.currency, subscriptions.currency)
    where
        (known.long_id is null or known.long_id = subscriptions.subscription_id)
        and (known.plan_codes is null or array_contains(known.plan_codes, subscriptions.plan_code))
        and subscriptions.valid_to > known.starts_at
    window redeemed as (
        partition by subscriptions.subscription_id, known.redemption_id order by subscriptions.valid_from
    )
),

timed as (
    select
        *,
        if(duration_raw = 'temporal', duration_count, interval_count) as period_count,
        if(duration_raw = 'temporal', duration_unit, billing_interval) as period_unit
    from placed
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
            {%- for unit in ["year", "month", "week", "day"] %}
                when period_unit = '{{ unit }}' then timestampadd({{ unit }}, period_count, starts_at)
            {%- endfor %}
            else {{ open_end() }}
        end as runs_out_at,
        removed_at
    from timed
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
