{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("coupons", "coupon", [
        "id", "discount_type", "discount_percentage", "discount_amount", "duration_type",
    ]) }}
),

numbered as (
    select
        *,
        {{ chargebee_choice("id") }}
    from source
),

final as (
    select
        id as coupon_id,
        discount_type,
        {{ to_decimal("discount_percentage", "decimal(9, 4)") }} as percent_off,
        {{ whole_units("discount_amount") }} as amount_off_minor,
        duration_type
    from numbered
    where choice = 1
)

select * from final
