{%- set kinds = ['new', 'expansion', 'reactivation', 'resumed', 'contraction', 'paused', 'churn'] -%}
{%- set time_zone = var('reporting_time_zone', 'UTC') -%}
with

as_of as (
    select min(billing_as_of_at) as as_of_at
    from {{ ref('rpt_data_as_of') }}
),

months as (
    select
        movements.currency,
        as_of.as_of_at,
        explode(sequence(
            min(movements.month_date),
            cast(date_trunc('month', {{ reporting_date('as_of.as_of_at') }}) as date),
            interval 1 month
        )) as month_date
    from {{ ref('fct_mrr_movements') }} as movements
    cross join as_of
    group by movements.currency, as_of.as_of_at
),

periods as (
    select
        *,
        explode(array('contract', 'net', 'strict')) as variant,
        to_utc_timestamp(cast(month_date as timestamp), '{{ time_zone }}') as opens_at,
        least(
            to_utc_timestamp(cast(add_months(month_date, 1) as timestamp), '{{ time_zone }}'),
            timestampadd(microsecond, 1, as_of_at)
        ) as closes_at,
        to_utc_timestamp(cast(add_months(month_date, 1) as timestamp), '{{ time_zone }}') <= as_of_at as is_complete
    from months
),

bounds as (
    select distinct
        currency,
        explode(array(opens_at, closes_at)) as bound_at
    from periods
),

customers as (
    select
        bounds.currency,
        bounds.bound_at,
        intervals.variant,
        sum(intervals.mrr_minor) as mrr_minor,
        sum(if(intervals.is_at_risk, intervals.mrr_minor, 0L)) as at_risk_minor
    from bounds
    inner join {{ ref('fct_mrr_intervals') }} as intervals
        on
            bounds.currency = intervals.currency
            and bounds.bound_at > intervals.valid_from
            and bounds.bound_at <= intervals.valid_to
    group by bounds.currency, bounds.bound_at, intervals.variant, intervals.customer_key
),

balances as (
    select
        currency,
        bound_at,
        variant,
        sum(mrr_minor) as mrr_minor,
        sum(at_risk_minor) as at_risk_minor,
        count(case when mrr_minor > 0 then 1 end) as customers
    from customers
    group by currency, bound_at, variant
),

movements as (
    select
        currency,
        variant,
        month_date,
        {%- for kind in kinds %}
            sum(if(movement = '{{ kind }}', amount_minor, 0L)) as {{ kind }}_minor,
            count(case when movement = '{{ kind }}' then 1 end) as {{ kind }}_count,
        {%- endfor %}
        count(distinct case when is_new_and_churned then customer_key end) as new_and_churned_customers
    from {{ ref('fct_mrr_movements') }}
    group by currency, variant, month_date
),

final as (
    select
        periods.month_date,
        periods.currency,
        periods.variant,
        coalesce(opening.mrr_minor, 0L) as opening_minor,
        {%- for kind in kinds %}
            coalesce(movements.{{ kind }}_minor, 0L) as {{ kind }}_minor,
        {%- endfor %}
        coalesce(closing.mrr_minor, 0L) as closing_minor,
        coalesce(closing.at_risk_minor, 0L) as mrr_at_risk_minor,
        coalesce(opening.customers, 0L) as opening_customers,
        {%- for kind in kinds %}
            coalesce(movements.{{ kind }}_count, 0L) as {{ kind }}_count,
        {%- endfor %}
        coalesce(movements.new_and_churned_customers, 0L) as new_and_churned_customers,
        coalesce(closing.customers, 0L) as customers,
        periods.is_complete
    from periods
    left join balances as opening
        on
            periods.currency = opening.currency
            and periods.variant = opening.variant
            and periods.opens_at = opening.bound_at
    left join balances as closing
        on
            periods.currency = closing.currency
            and periods.variant = closing.variant
            and periods.closes_at = closing.bound_at
    left join movements
        on
            periods.currency = movements.currency
            and periods.variant = movements.variant
            and periods.month_date = movements.month_date
)

select * from final
