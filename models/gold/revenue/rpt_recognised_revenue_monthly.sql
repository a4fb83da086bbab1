{%- set kinds = ['subscription', 'proration', 'usage', 'one_off'] -%}
with

as_of as (
    select min(billing_as_of_at) as as_of_at
    from {{ ref('rpt_data_as_of') }}
),

months as (
    select
        currency,
        explode(sequence(min(month_date), max(month_date), interval 1 month)) as month_date
    from {{ ref('fct_revenue_schedules') }}
    group by currency
),

sums as (
    select
        currency,
        month_date,
        sum(recognised_minor) as recognised_minor,
        {%- for kind in kinds %}
            sum(if(kind = '{{ kind }}', recognised_minor, 0L)) as {{ kind }}_minor,
        {%- endfor %}
        sum(unbilled_change_minor) as unbilled_change_minor,
        sum(bad_debt_minor) as bad_debt_minor,
        count(case when recognised_minor <> 0 then 1 end) as recognised_lines,
        count(distinct case when recognised_minor <> 0 then customer_key end) as customers
    from {{ ref('fct_revenue_schedules') }}
    group by currency, month_date
),

final as (
    select
        months.month_date,
        months.currency,
        coalesce(sums.recognised_minor, 0L) as recognised_minor,
        {%- for kind in kinds %}
            coalesce(sums.{{ kind }}_minor, 0L) as {{ kind }}_minor,
        {%- endfor %}
        coalesce(sums.unbilled_change_minor, 0L) as unbilled_change_minor,
        coalesce(sums.bad_debt_minor, 0L) as bad_debt_minor,
        coalesce(sums.recognised_lines, 0L) as recognised_lines,
        coalesce(sums.customers, 0L) as customers,
        {{ starts_at('add_months(months.month_date, 1)') }} <= as_of.as_of_at as is_complete
    from months
    cross join as_of
    left join sums on months.currency = sums.currency and months.month_date = sums.month_date
)

select * from final
