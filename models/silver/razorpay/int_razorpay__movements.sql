with payouts as (
    select
        payout_id as movement_id,
        'payout' as type,
        payout_id as source_id,
        cast(null as string) as attempt_id,
        -amount_minor as gross_minor,
        0L as fee_minor,
        0L as tax_minor,
        -amount_minor as net_minor,
        currency,
        initiated_at as occurred_at,
        cast(null as timestamp) as available_at,
        payout_id,
        source_file_id
    from {{ ref("int_razorpay__payouts") }}
    -- What failed never left.
    where status <> 'failed'
)

select * from {{ ref("int_razorpay__settled_movements") }}
union all
select * from {{ ref("int_razorpay__unsettled_movements") }}
union all
select * from payouts
