{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_razorpay__payments") }}
),

-- A payment only moves forward: created, then failed or authorised, captured, refunded in full.
numbered as (
    select
        *,
        min(captured_at) over (partition by payment_id) as first_captured_at,
        {{ razorpay_choice("payment_id", "progress", ties=["status"]) }}
    from versions
),

final as (
    select
        *,
        status in ('captured', 'refunded') as is_captured
    from numbered
    where choice = 1
)

select * from final
