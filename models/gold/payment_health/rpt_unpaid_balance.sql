with

as_of as (
    select
        provider,
        as_of_at
    from {{ ref('rpt_data_as_of') }}
),

source as (
    select
        movements.provider,
        movements.currency,
        movements.net_minor,
        movements.type = 'payout' as is_payout,
        movements.payout_id is null as is_unpaid,
        movements.available_at > as_of.as_of_at as is_pending,
        movements.payout_id is null or coalesce(payouts.is_tied, false) as is_explained
    from {{ ref('balance_movements') }} as movements
    inner join as_of on movements.provider = as_of.provider
    left join {{ ref('rpt_payout_reconciliation') }} as payouts
        on
            movements.provider = payouts.provider
            and movements.currency = payouts.currency
            and movements.payout_id = payouts.payout_id
),

final as (
    select
        provider,
        currency,
        sum(if(is_payout, 0L, net_minor)) as earned_minor,
        sum(if(is_payout, -net_minor, 0L)) as paid_out_minor,
        sum(net_minor) as balance_minor,
        sum(if(is_unpaid and is_pending, net_minor, 0L)) as pending_minor,
        sum(if(is_unpaid and not is_pending, net_minor, 0L)) as available_minor,
        sum(if(is_unpaid, 0L, net_minor)) as unexplained_minor,
        sum(if(is_payout, 0L, abs(net_minor))) as money_minor,
        sum(if(is_explained and not is_payout, abs(net_minor), 0L)) as explained_money_minor
    from source
    group by provider, currency
)

select * from final
