-- Failing means: a month's opening and changes do not make up its closing, or it does not open with what the month
-- before closed with; deferred revenue would change by what nothing explains. Each row is such a month, with the
-- difference.
select *
from (
    select
        month_date,
        currency,
        opening_minor
        + billed_minor
        + credited_minor
        + refunded_minor
        + voided_minor
        + written_off_minor
        + unbilled_change_minor
        - recognised_minor
        - closing_minor as unexplained_minor,
        opening_minor - lag(closing_minor, 1, 0L) over (partition by currency order by month_date) as jump_minor
    from {{ ref('rpt_deferred_revenue_waterfall') }}
) as waterfalls
where unexplained_minor <> 0 or jump_minor <> 0
