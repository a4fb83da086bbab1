{{ config(materialized="ephemeral") }}

with listed as (
    select
        concat_ws(':', plan_code, add_on_code, currency) as price_id,
        coalesce(add_on_code, plan_code) as product_id,
        currency,
        case when not is_tiered and not (is_usage and unit_amount_minor is null) then unit_amount_minor end
            as unit_amount_minor,
        case when is_tiered then 'tiered' else 'per_unit' end as billing_scheme,
        case when is_usage then 'metered' else 'licensed' end as usage_type,
        interval,
        interval_count,
        trial_days,
        source_file_id
    from {{ ref("stg_recurly__plan_prices") }}
),

-- Without the plan itself, what its newest subscriber pays is its price.
sold as (
    select
        concat_ws(':', plan_code, currency) as price_id,
        plan_code as product_id,
        currency,
        unit_amount_minor,
        'per_unit' as billing_scheme,
        'licensed' as usage_type,
        {{ recurly_interval("interval_unit", "interval_length") }} as interval,
        {{ recurly_interval_count("interval_unit", "interval_length") }} as interval_count,
        cast(null as int) as trial_days,
        source_file_id,
        row_number() over (
            partition by plan_code, currency order by valid_from desc, version_id asc
        ) as choice
    from {{ ref("stg_recurly__subscription_history") }}
    where plan_code <> ''
),

final as (
    select
        null as source_account_id,
        *
    from listed
    union all
    select
        null as source_account_id,
        sold.price_id,
        sold.product_id,
        sold.currency,
        sold.unit_amount_minor,
        sold.billing_scheme,
        sold.usage_type,
        sold.interval,
        sold.interval_count,
        sold.trial_days,
        sold.source_file_id
    from sold
    left anti join listed on sold.price_id = listed.price_id
    where sold.choice = 1
)

select * from final
