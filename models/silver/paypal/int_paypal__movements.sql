with typed as (
    select
        *,
        case
            when transaction_id is null then concat(source_file_id, ':', source_record)
            when occurrence = 1 then transaction_id
            else concat(transaction_id, ':', occurrence)
        end as movement_id,
        {{ paypal_movement_type("event_code", "is_credit") }} as type
    from {{ ref("int_paypal__transactions") }}
),

-- References lead back: a conversion to what was exchanged, a fee to the chargeback, a chargeback to the payment.
parents as (
    select
        transaction_id,
        min(if(type = 'capture', transaction_id, coalesce(reference_id, transaction_id))) as parent_id
    from typed
    where transaction_id is not null
    group by transaction_id
),

two_up as (
    select
        own.transaction_id,
        coalesce(above.parent_id, own.parent_id) as ancestor_id
    from parents as own
    left join parents as above on own.parent_id = above.transaction_id
),

four_up as (
    select
        own.transaction_id,
        coalesce(above.ancestor_id, own.ancestor_id) as ancestor_id
    from two_up as own
    left join two_up as above on own.ancestor_id = above.transaction_id
),

-- A payment that captures an authorisation refers to it.
captures as (
    select
        transaction_id,
        min(if(reference_type = 'TXN', reference_id, transaction_id)) as attempt_id
    from typed
    where type = 'capture'
    group by transaction_id
),

-- What stands between two withdrawals belongs to the later one.
between_withdrawals as (
    select
        *,
        count(if(type = 'payout', 1, null)) over (
            partition by account_id, currency
            order by occurred_at, if(type = 'payout', 1, 0), movement_id
            rows between unbounded preceding and 1 preceding
        ) as withdrawals_before
    from typed
),

-- No report says which withdrawal paid which transaction out. One that takes exactly what came in since the one before
-- is the payout of that; of any other it stays open.
paid_out as (
    select
        *,
        case
            when
                sum(gross_minor + fee_minor) over stretch = 0
                then max(if(type = 'payout', movement_id, null)) over stretch
            when type = 'payout' then movement_id
        end as payout_id
    from between_withdrawals
    window stretch as (partition by account_id, currency, withdrawals_before)
),

final as (
    select
        paid_out.account_id as source_account_id,
        paid_out.movement_id,
        paid_out.transaction_id,
        paid_out.event_code,
        paid_out.type,
        paid_out.reference_id,
        paid_out.reference_type,
        case
            when paid_out.type in ('capture', 'fee', 'fx', 'reserve', 'reserve_release') then captures.attempt_id
            when paid_out.type in ('refund', 'dispute', 'dispute_reversal')
                then coalesce(captures.attempt_id, nullif(four_up.ancestor_id, paid_out.transaction_id))
        end as attempt_id,
        paid_out.gross_minor,
        paid_out.fee_minor,
        paid_out.gross_minor + paid_out.fee_minor as net_minor,
        paid_out.currency,
        paid_out.occurred_at,
        paid_out.payout_id,
        paid_out.bank_reference_id,
        paid_out.source_file_id
    from paid_out
    left join four_up on paid_out.transaction_id = four_up.transaction_id
    left join captures on four_up.ancestor_id = captures.transaction_id
)

select * from final
