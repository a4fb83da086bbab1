{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_stripe__prices") }}
),

numbered as (
    select
        *,
        {{ choose_version("price_id", progress="source_rank", ties=["unit_amount_minor"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        price_id,
        product_id,
        currency,
        unit_amount_minor,
        billing_scheme,
        usage_type,
        billing_interval as interval,
        interval_count,
        trial_days,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
