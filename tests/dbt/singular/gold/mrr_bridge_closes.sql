-- Failing means: a month's opening plus its movements is not its closing, or it does not open with what the month
-- before closed with; the report would show a change that nothing explains. Each row is such a month, with the
-- difference.
select *
from (
    select
        month_date,
        currency,
        variant,
        opening_minor
        + new_minor
        + expansion_minor
        + reactivation_minor
        + resumed_minor
        + contraction_minor
        + paused_minor
        + churn_minor
        - closing_minor as unexplained_minor,
        opening_minor - lag(closing_minor, 1, 0L) over (
            partition by currency, variant order by month_date
        ) as jump_minor
    from {{ ref('rpt_mrr_monthly') }}
) as bridges
where unexplained_minor <> 0 or jump_minor <> 0
