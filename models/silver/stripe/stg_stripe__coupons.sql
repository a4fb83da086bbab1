{{ config(materialized="ephemeral") }}

with source as (
    {{ stripe_versions("coupons", "coupon", [
        "id", "percent_off", "amount_off", "duration", "duration_in_months",
    ]) }}
),

-- What a coupon takes off and for how long cannot be edited, so any version will do.
final as (
    select
        id as coupon_id,
        max({{ to_decimal('percent_off', 'decimal(9, 4)') }}) as percent_off,
        max({{ whole_units("amount_off") }}) as amount_off_minor,
        max(duration) as duration,
        max(cast({{ whole_units("duration_in_months") }} as int)) as duration_in_months
    from source
    group by id
)

select * from final
