{{ config(materialized="ephemeral") }}

with movements as (
    select * from {{ ref("int_razorpay__movements") }}
),

payments as (
    select * from {{ ref("int_razorpay__payments") }}
),

final as (
    select
        cast(null as string) as source_account_id,
        movements.movement_id,
        movements.type,
        movements.source_id,
        movements.attempt_id,
        movements.gross_minor,
        movements.fee_minor,
        movements.net_minor,
        movements.currency,
        case
            when movements.type not in ('capture', 'refund', 'dispute', 'dispute_reversal') then null
            when payments.currency is null or payments.currency = movements.currency then movements.gross_minor
            -- Of a conversion only the capture shows what the customer paid.
            when movements.type = 'capture' then payments.amount_minor
        end as presentment_minor,
        case
            when movements.type in ('capture', 'refund', 'dispute', 'dispute_reversal')
                then coalesce(payments.currency, movements.currency)
        end as presentment_currency,
        movements.occurred_at,
        movements.available_at,
        movements.payout_id,
        movements.source_file_id
    from movements
    left join payments on movements.attempt_id = payments.payment_id
)

select * from final
