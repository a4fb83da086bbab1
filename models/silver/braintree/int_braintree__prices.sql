{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    plan_id as price_id,
    plan_id as product_id,
    currency,
    unit_amount_minor,
    'per_unit' as billing_scheme,
    'licensed' as usage_type,
    {{ braintree_interval("months") }} as interval,
    {{ braintree_interval_count("months") }} as interval_count,
    trial_days,
    source_file_id
from {{ ref("stg_braintree__plans") }}
