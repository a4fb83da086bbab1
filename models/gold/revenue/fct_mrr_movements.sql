with

as_of as (
    select min(billing_as_of_at) as as_of_at
    from {{ ref('rpt_data_as_of') }}
),

source as (
    select
        *,
        lag(status) over (
            partition by variant, provider, subscription_item_id order by valid_from
        ) as previous_status
    from {{ ref('fct_mrr_intervals') }}
),

edges as (
    select
        variant,
        customer_key,
        currency,
        valid_from as moved_at,
        mrr_minor,
        if(status = 'paused', 1, 0) as paused_items,
        if(previous_status = 'paused' and status not in ('paused', 'canceled'), 1, 0) as lifted_items,
        case
            when status = 'past_due' and not is_at_risk then 'payment_failure'
            when status = 'unpaid' and previous_status is distinct from status then 'payment_failure'
            when status = 'canceled' and previous_status is distinct from status then end_reason
        end as end_reason
    from source

    union all

    select
        variant,
        customer_key,
        currency,
        valid_to as moved_at,
        -mrr_minor as mrr_minor,
        if(status = 'paused', -1, 0) as paused_items,
        0 as lifted_items,
        cast(null as string) as end_reason
    from source
),

instants as (
    select
        edges.variant,
        edges.customer_key,
        edges.currency,
        edges.moved_at,
        sum(edges.mrr_minor) as amount_minor,
        sum(edges.paused_items) as paused_change,
        sum(edges.lifted_items) as lifted_items,
        coalesce(
            max(case when edges.end_reason = 'payment_failure' then edges.end_reason end), max(edges.end_reason)
        ) as end_reason
    from edges
    inner join as_of on edges.moved_at <= as_of.as_of_at
    group by edges.variant, edges.customer_key, edges.currency, edges.moved_at
),

running as (
    select
        *,
        cast(date_trunc('month', {{ reporting_date('moved_at') }}) as date) as month_date,
        sum(paused_change) over so_far as paused_items,
        sum(amount_minor) over so_far as closing_minor
    from instants
    window so_far as (partition by variant, customer_key, currency order by moved_at)
),

changes as (
    select
        *,
        closing_minor - amount_minor as opening_minor,
        lag(moved_at) over customer as last_moved_at,
        lag(paused_items) over customer as last_paused_items
    from running
    where amount_minor <> 0
    window customer as (partition by variant, customer_key, currency order by moved_at)
),

named as (
    select
        *,
        case
            when opening_minor = 0 and last_moved_at is null then 'new'
            when opening_minor = 0 and last_paused_items > 0 and lifted_items > 0 then 'resumed'
            when opening_minor = 0 then 'reactivation'
            when closing_minor = 0 and paused_items > 0 then 'paused'
            when closing_minor = 0 then 'churn'
            when amount_minor > 0 then 'expansion'
            else 'contraction'
        end as movement
    from changes
),

final as (
    select
        variant,
        customer_key,
        currency,
        moved_at,
        month_date,
        movement,
        opening_minor,
        amount_minor,
        closing_minor,
        case
            when movement in ('resumed', 'reactivation')
                then cast((unix_seconds(moved_at) - unix_seconds(last_moved_at)) div 86400 as int)
        end as gap_days,
        case when movement = 'churn' then end_reason end as end_reason,
        count(case when movement = 'new' then 1 end) over customer_month > 0
        and count(case when movement = 'churn' then 1 end) over customer_month > 0 as is_new_and_churned
    from named
    window customer_month as (partition by variant, customer_key, currency, month_date)
)

select * from final
