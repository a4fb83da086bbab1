with

payouts as (
    select * from {{ ref('payouts') }}
),

members as (
    select
        provider,
        payout_id,
        currency,
        count(case when type <> 'payout' then 1 end) as movements,
        sum(if(type = 'capture', gross_minor, 0L)) as capture_minor,
        sum(if(type = 'refund', gross_minor, 0L)) as refund_minor,
        sum(if(type in ('dispute', 'dispute_reversal'), gross_minor, 0L)) as dispute_minor,
        sum(if(type = 'payout', 0L, fee_minor) + if(type = 'fee', gross_minor, 0L)) as fee_minor,
        sum(if(type = 'payout', 0L, net_minor)) as net_minor,
        sum(if(type = 'payout', net_minor, 0L)) as own_net_minor
    from {{ ref('balance_movements') }}
    where payout_id is not null
    group by provider, payout_id, currency
),

joined as (
    select
        coalesce(payouts.provider, members.provider) as provider,
        coalesce(payouts.payout_id, members.payout_id) as payout_id,
        coalesce(payouts.currency, members.currency) as currency,
        payouts.status,
        payouts.bank_reference,
        payouts.initiated_at,
        payouts.arrives_at,
        coalesce(payouts.amount_minor, 0L) as amount_minor,
        coalesce(members.movements, 0L) as movements,
        coalesce(members.capture_minor, 0L) as capture_minor,
        coalesce(members.refund_minor, 0L) as refund_minor,
        coalesce(members.dispute_minor, 0L) as dispute_minor,
        coalesce(members.fee_minor, 0L) as fee_minor,
        coalesce(members.net_minor, 0L) as net_minor,
        case
            when payouts.payout_id is null then 'payout_not_exported'
            when members.movements is null or members.movements = 0 then 'no_movements'
            when payouts.amount_minor <> members.net_minor then 'movements_differ'
            when payouts.amount_minor <> -members.own_net_minor then 'own_movement_differs'
        end as reason
    from payouts
    full outer join members
        on
            payouts.provider = members.provider
            and payouts.payout_id = members.payout_id
            and payouts.currency = members.currency
),

final as (
    select
        provider,
        payout_id,
        currency,
        status,
        bank_reference,
        initiated_at,
        arrives_at,
        {{ reporting_date('initiated_at') }} as initiated_date,
        {{ reporting_date('arrives_at') }} as arrives_date,
        amount_minor,
        movements,
        capture_minor,
        refund_minor,
        dispute_minor,
        fee_minor,
        net_minor - capture_minor - refund_minor - dispute_minor - fee_minor as other_minor,
        net_minor,
        amount_minor - net_minor as unexplained_minor,
        reason is null as is_tied,
        reason
    from joined
)

select * from final
