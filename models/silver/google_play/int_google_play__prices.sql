{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    concat_ws(':', product_id, nullif(plan_id, ''), currency, cast(price_minor as string)) as price_id,
    product_id,
    currency,
    price_minor as unit_amount_minor,
    'per_unit' as billing_scheme,
    'licensed' as usage_type,
    null as interval,
    null as interval_count,
    null as trial_days,
    min(source_file_id) as source_file_id
from {{ ref("stg_google_play__sales") }}
where is_subscription and not is_refund and price_minor is not null
group by product_id, plan_id, currency, price_minor
