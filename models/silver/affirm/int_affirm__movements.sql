{{ config(materialized="ephemeral") }}

with typed as (
    select
        *,
        case
            when event_type in ('loan_captured', 'loan_capture', 'split_capture') then 'capture'
            when event_type in ('loan_refunded', 'loan_refund', 'refund_voided') then 'refund'
            when event_type like 'dispute%'
                then if(sales_minor + refunds_minor > 0, 'dispute_reversal', 'dispute')
            when event_type like '%fee%' then 'fee'
            else 'correction'
        end as type
    from {{ ref("stg_affirm__settlement") }}
),

-- The report knows days, the API knows when it was.
events as (
    select
        transaction_id,
        min(created_at) as created_at
    from {{ ref("stg_affirm__charge_events") }}
    where transaction_id is not null
    group by transaction_id
),

final as (
    select
        typed.account_id as source_account_id,
        concat(typed.source_file_id, ':', typed.source_record) as movement_id,
        typed.type,
        typed.event_type,
        typed.charge_id as attempt_id,
        typed.transaction_id,
        -- A fee of the account is the movement itself; what is no sale or refund of another row is its fee.
        if(typed.type = 'fee', typed.settled_minor, typed.sales_minor + typed.refunds_minor) as gross_minor,
        if(typed.type = 'fee', 0L, typed.settled_minor - typed.sales_minor - typed.refunds_minor) as fee_minor,
        typed.settled_minor as net_minor,
        typed.currency,
        coalesce(events.created_at, cast(typed.settled_on as timestamp)) as occurred_at,
        -- Reports of old have the day of the event, so a deposit left on the last day that its rows name.
        cast(max(typed.settled_on) over (partition by typed.deposit_id) as timestamp) as deposited_at,
        typed.deposit_id as payout_id,
        typed.loan_minor,
        typed.created_on,
        typed.channel,
        typed.source_file_id
    from typed
    left join events on typed.transaction_id = events.transaction_id
)

select * from final
