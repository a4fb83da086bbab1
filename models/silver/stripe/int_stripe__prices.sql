{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_stripe__prices") }}
),

numbered as (
    select
        *,
        max(source_account_id) over (partition by price_id) as account_id,
        row_number() over (
            partition by price_id
            order by
                source_rank desc,
                version_at desc nulls last,
                event_id desc nulls first,
                unit_amount_minor asc,
                source_file_id asc
        ) as choice
    from versions
),

final as (
    select
        'stripe' as provider,
        coalesce(account_id, 'default') as source_account_id,
        price_id,
        product_id,
        concat('stripe:', product_id) as product_key,
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
