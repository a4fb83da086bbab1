{{ config(materialized="ephemeral") }}

with source as (
    {{ stripe_versions("prices", "price", [
        "id", "created", "product", "currency", "unit_amount", "billing_scheme", "recurring",
    ]) }}
),

-- Plans are what prices were called before 2020; an export may hold either, under one id.
plans as (
    {{ stripe_versions("plans", "plan", [
        "id", "created", "product", "currency", "amount", "billing_scheme", "usage_type", "interval", "interval_count",
        "trial_period_days",
    ]) }}
),

final as (
    select
        id as price_id,
        product as product_id,
        upper(currency) as currency,
        {{ whole_units("unit_amount") }} as unit_amount_minor,
        billing_scheme,
        get_json_object(recurring, '$.usage_type') as usage_type,
        get_json_object(recurring, '$.interval') as billing_interval,
        cast({{ whole_units("get_json_object(recurring, '$.interval_count')") }} as int) as interval_count,
        cast({{ whole_units("get_json_object(recurring, '$.trial_period_days')") }} as int) as trial_days,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        2 as source_rank,
        event_id,
        source_account_id,
        source_file_id
    from source
    union all
    select
        id as price_id,
        product as product_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as unit_amount_minor,
        billing_scheme,
        usage_type,
        interval as billing_interval,
        cast({{ whole_units("interval_count") }} as int) as interval_count,
        cast({{ whole_units("trial_period_days") }} as int) as trial_days,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        1 as source_rank,
        event_id,
        source_account_id,
        source_file_id
    from plans
)

select * from final
