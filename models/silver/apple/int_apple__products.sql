{{ config(materialized="ephemeral") }}

with transactions as (
    select distinct
        product_id,
        transaction_id,
        cast(datediff(cast(expires_at as date), cast(purchased_at as date)) as int) as days
    from {{ ref("stg_apple__notifications") }}
    where product_type = 'Auto-Renewable Subscription' and not has_offer and expires_at is not null
),

-- Nothing states a product's period: it is the one that most of its transactions last. A renewal that was paid late is
-- shorter, an extended one longer.
periods as (
    select
        product_id,
        case
            when days between 6 and 8 then 'week'
            when days between 27 and 186 then 'month'
            when days between 360 and 370 then 'year'
        end as billing_interval,
        case
            when days between 27 and 33 then 1
            when days between 57 and 64 then 2
            when days between 87 and 95 then 3
            when days between 178 and 186 then 6
            when days between 6 and 8 or days between 360 and 370 then 1
        end as interval_count
    from transactions
),

counted as (
    select
        product_id,
        billing_interval,
        interval_count,
        row_number() over (
            partition by product_id
            order by count(*) desc, billing_interval asc, interval_count asc
        ) as choice
    from periods
    where billing_interval is not null and interval_count is not null
    group by product_id, billing_interval, interval_count
),

final as (
    select
        product_id,
        billing_interval,
        interval_count
    from counted
    where choice = 1
)

select * from final
