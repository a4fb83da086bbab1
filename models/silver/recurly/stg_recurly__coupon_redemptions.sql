{{ config(materialized="ephemeral") }}
{%- set amounts = "array<struct<currency: string, amount: string>>" %}
{%- set plans = "array<struct<code: string>>" %}

with source as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_recurly", "coupon_redemptions") }}
    where id is not null
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

parsed as (
    select
        source.id as redemption_id,
        get_json_object(source.account, '$.code') as customer_id,
        nullif(source.subscription_id, '') as subscription_id,
        upper(source.currency) as currency,
        exponents.exponent,
        get_json_object(source.coupon, '$.discount.type') as discount_type,
        {{ to_decimal("get_json_object(source.coupon, '$.discount.percent')", "decimal(9, 4)") }} as percent_off,
        get(
            filter(
                from_json(get_json_object(source.coupon, '$.discount.currencies'), '{{ amounts }}'),
                a -> upper(a.currency) = upper(source.currency)
            ), 0
        ).amount as amount_text,
        get_json_object(source.coupon, '$.duration') as duration_raw,
        cast({{ whole_units("get_json_object(source.coupon, '$.temporal_amount')") }} as int) as duration_count,
        get_json_object(source.coupon, '$.temporal_unit') as duration_unit,
        -- Null where the coupon is for all plans.
        transform(
            from_json(get_json_object(source.coupon, '$.plans'), '{{ plans }}'), p -> p.code
        ) as plan_codes,
        {{ recurly_instant("source.created_at") }} as starts_at,
        {{ recurly_instant("source.removed_at") }} as removed_at,
        source._file_id as source_file_id
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.choice = 1
),

final as (
    select
        *,
        {{ minor_units("amount_text", "exponent") }} as amount_off_minor
    from parsed
    where coalesce(discount_type, '') <> 'free_trial'
)

select * from final
