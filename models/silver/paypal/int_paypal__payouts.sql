{{ config(materialized="ephemeral") }}

with details as (
    select
        transaction_id,
        max_by(status, completed_at) as status,
        max(completed_at) as completed_at
    from {{ ref("int_paypal__details") }}
    where event_code like 'T04%'
    group by transaction_id
),

-- T1101: the bank sent the money back.
returned as (
    select distinct reference_id
    from {{ ref("int_paypal__movements") }}
    where event_code = 'T1101'
),

final as (
    select
        movements.source_account_id,
        movements.movement_id as payout_id,
        -movements.gross_minor as amount_minor,
        movements.currency,
        movements.occurred_at as initiated_at,
        if(details.status = 'S', details.completed_at, null) as arrives_at,
        case
            when returned.reference_id is not null or details.status in ('D', 'V') then 'failed'
            when details.status = 'P' then 'in_transit'
            when details.status is not null then 'paid'
            else 'unknown'
        end as status,
        case when movements.event_code = 'T0401' then true when movements.event_code = 'T0403' then false end
            as is_automatic,
        movements.bank_reference_id as bank_reference,
        movements.source_file_id
    from {{ ref("int_paypal__movements") }} as movements
    left join details on movements.transaction_id = details.transaction_id
    left join returned on movements.transaction_id = returned.reference_id
    where movements.type = 'payout'
)

select * from final
