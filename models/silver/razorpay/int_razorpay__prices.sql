{{ config(materialized="ephemeral") }}

-- A plan cannot be edited: all copies of it say the same.
with source as (
    select
        id as price_id,
        get_json_object(item, '$.id') as product_id,
        upper(get_json_object(item, '$.currency')) as currency,
        coalesce(
            {{ whole_units("get_json_object(item, '$.unit_amount')") }},
            {{ whole_units("get_json_object(item, '$.amount')") }}
        ) as unit_amount_minor,
        case period
            when 'daily' then 'day'
            when 'weekly' then 'week'
            when 'monthly' then 'month'
            when 'quarterly' then 'month'
            when 'yearly' then 'year'
        end as interval,
        cast({{ whole_units("interval") }} * case period when 'quarterly' then 3L else 1L end as int) as interval_count,
        _file_id as source_file_id
    from {{ source("bronze_razorpay", "plans") }}
    where id is not null
),

numbered as (
    select
        *,
        row_number() over (
            partition by price_id
            order by source_file_id, unit_amount_minor
        ) as choice
    from source
),

final as (
    select
        cast(null as string) as source_account_id,
        price_id,
        product_id,
        currency,
        unit_amount_minor,
        'per_unit' as billing_scheme,
        'licensed' as usage_type,
        interval,
        interval_count,
        cast(null as int) as trial_days,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
