{{ config(materialized="ephemeral") }}

with lines as (
    select
        *,
        case
            when entity_type = 'payment' then 'capture'
            when entity_type = 'refund' then 'refund'
            when (dispute_id is not null or entity_type = 'dispute') and net_minor < 0 then 'dispute'
            when dispute_id is not null or entity_type = 'dispute' then 'dispute_reversal'
            when entity_type in ('transfer', 'reversal') then 'transfer'
            else 'correction'
        end as type
    from {{ ref("int_razorpay__recon_lines") }}
),

-- An order is paid by one payment: where the API's refunds and disputes are missing, the order leads to it.
orders as (
    select
        order_id,
        min(entity_id) as payment_id
    from lines
    where entity_type = 'payment' and order_id is not null
    group by order_id
    having count(distinct entity_id) = 1
),

signed as (
    select
        lines.*,
        case
            when lines.type = 'capture' then lines.amount_minor
            when lines.type = 'refund' or lines.net_minor < 0 then -lines.amount_minor
            else lines.amount_minor
        end as gross_minor,
        coalesce(
            case when lines.type = 'capture' then lines.entity_id end,
            lines.payment_id,
            refunds.payment_id,
            disputes.payment_id,
            case when lines.type in ('refund', 'dispute', 'dispute_reversal') then orders.payment_id end
        ) as attempt_id
    from lines
    left join {{ ref("int_razorpay__refunds") }} as refunds on lines.entity_id = refunds.refund_id
    left join {{ ref("int_razorpay__disputes") }} as disputes
        on coalesce(lines.dispute_id, lines.entity_id) = disputes.dispute_id
    left join orders on lines.order_id = orders.order_id
),

-- A merchant who pays fees by invoice or from credits gets the whole amount: the line names a fee that it does not
-- take.
final as (
    select
        movement_id,
        type,
        case
            when type in ('dispute', 'dispute_reversal') then coalesce(dispute_id, entity_id)
            else entity_id
        end as source_id,
        attempt_id,
        gross_minor,
        case when net_minor = gross_minor then 0L else -fee_minor end as fee_minor,
        case when net_minor = gross_minor then 0L else -tax_minor end as tax_minor,
        net_minor,
        currency,
        coalesce(captured_at, created_at) as occurred_at,
        settled_at as available_at,
        settlement_id as payout_id,
        source_file_id
    from signed
)

select * from final
