{%- set moves = ['billed', 'credited', 'refunded', 'voided', 'written_off', 'recognised', 'unbilled_change'] -%}
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
        {%- for move in moves %}
            sum({{ move }}_minor) as {{ move }}_minor,
        {%- endfor %}
        sum(deferred_minor) as deferred_minor,
        sum(unbilled_minor) as unbilled_minor,
        count(case when deferred_minor <> 0 then 1 end) as deferred_lines
    from {{ ref('fct_revenue_schedules') }}
    group by currency, month_date
),

final as (
    select
        months.month_date,
        months.currency,
        lag(coalesce(sums.deferred_minor, 0L), 1, 0L) over (
            partition by months.currency order by months.month_date
        ) as opening_minor,
        {%- for move in moves %}
            coalesce(sums.{{ move }}_minor, 0L) as {{ move }}_minor,
        {%- endfor %}
        coalesce(sums.deferred_minor, 0L) as closing_minor,
        coalesce(sums.unbilled_minor, 0L) as unbilled_minor,
        coalesce(sums.deferred_lines, 0L) as deferred_lines,
        {{ starts_at('add_months(months.month_date, 1)') }} <= as_of.as_of_at as is_complete
    from months
    cross join as_of
    left join sums on months.currency = sums.currency and months.month_date = sums.month_date
)

select * from final
