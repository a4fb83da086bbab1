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
        known.duration_count,
        known.duration_unit,
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

final as (
    select
        subscription_id,
        valid_from,
        array_sort(collect_list(struct(
            starts_at,
            redemption_id as discount_id,
            case
                when percent_off is not null then 'percent' when amount_off_minor is not null then 'amount' else 'unknown'
            end as kind,
            percent_off,
            amount_off_minor,
            case duration_raw when 'single_use' then 'once' when 'temporal' then 'repeating' else duration_raw end
                as duration,
            -- One for a single use is inactive once it was used.
            least(
                coalesce(removed_at, {{ open_end() }}),
                case
                    when duration_raw <> 'temporal' then {{ open_end() }}
                    when duration_unit = 'year' then cast(add_months(starts_at, 12 * duration_count) as timestamp)
                    when duration_unit = 'month' then cast(add_months(starts_at, duration_count) as timestamp)
                    when duration_unit = 'week' then cast(date_add(starts_at, 7 * duration_count) as timestamp)
                    else cast(date_add(starts_at, duration_count) as timestamp)
                end
            ) as ends_at
        ))) as discounts
    from placed
    group by subscription_id, valid_from
)

select * from final
