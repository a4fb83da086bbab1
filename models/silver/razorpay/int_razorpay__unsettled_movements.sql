{{ config(materialized="ephemeral") }}

with settled as (
    select
        source_id,
        type,
        net_minor,
        currency
    from {{ ref("int_razorpay__settled_movements") }}
),

captures as (
    select
        payments.payment_id as movement_id,
        'capture' as type,
        payments.payment_id as source_id,
        payments.payment_id as attempt_id,
        payments.settlement_minor as gross_minor,
        -coalesce(payments.fee_minor, 0L) as fee_minor,
        -coalesce(payments.tax_minor, 0L) as tax_minor,
        payments.settlement_currency as currency,
        coalesce(payments.first_captured_at, payments.created_at) as occurred_at,
        payments.source_file_id
    from {{ ref("int_razorpay__payments") }} as payments
    left anti join settled on payments.payment_id = settled.source_id
    where payments.is_captured
),

refunds as (
    select
        refunds.refund_id as movement_id,
        'refund' as type,
        refunds.refund_id as source_id,
        refunds.payment_id as attempt_id,
        -coalesce(refunds.base_minor, refunds.amount_minor) as gross_minor,
        -coalesce(refunds.fee_minor, 0L) as fee_minor,
        -coalesce(refunds.tax_minor, 0L) as tax_minor,
        coalesce(payments.settlement_currency, refunds.currency) as currency,
        refunds.created_at as occurred_at,
        refunds.source_file_id
    from {{ ref("int_razorpay__refunds") }} as refunds
    left join {{ ref("int_razorpay__payments") }} as payments on refunds.payment_id = payments.payment_id
    left anti join settled on refunds.refund_id = settled.source_id
    where coalesce(refunds.status, '') <> 'failed'
),

deductions as (
    select
        source_id,
        -sum(if(type = 'dispute', net_minor, 0L)) as deducted_minor,
        sum(if(type = 'dispute_reversal', net_minor, 0L)) as returned_minor,
        max(currency) as currency
    from settled
    where type in ('dispute', 'dispute_reversal')
    group by source_id
),

-- What a dispute took and its settlements do not show yet, and what a won one gives back.
disputed as (
    select
        disputes.*,
        coalesce(deductions.currency, disputes.currency) as settlement_currency,
        case when deductions.source_id is null then disputes.deducted_minor else 0L end as to_take_minor,
        case
            when disputes.outcome = 'won' then deductions.deducted_minor - deductions.returned_minor
            else 0L
        end as to_return_minor
    from {{ ref("int_razorpay__disputes") }} as disputes
    left join deductions on disputes.dispute_id = deductions.source_id
),

disputes as (
    select
        dispute_id as movement_id,
        if(to_take_minor > 0, 'dispute', 'dispute_reversal') as type,
        dispute_id as source_id,
        attempt_id,
        if(to_take_minor > 0, -to_take_minor, to_return_minor) as gross_minor,
        0L as fee_minor,
        0L as tax_minor,
        settlement_currency as currency,
        if(to_take_minor > 0, opened_at, coalesce(closed_at, opened_at)) as occurred_at,
        source_file_id
    from disputed
    where to_take_minor > 0 or to_return_minor > 0
),

final as (
    select * from captures
    union all
    select * from refunds
    union all
    select * from disputes
)

select
    movement_id,
    type,
    source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    tax_minor,
    gross_minor + fee_minor as net_minor,
    currency,
    occurred_at,
    cast(null as timestamp) as available_at,
    cast(null as string) as payout_id,
    source_file_id
from final
