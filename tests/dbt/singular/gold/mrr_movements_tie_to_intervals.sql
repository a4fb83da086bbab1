-- Failing means: the movements of a currency do not add up to the MRR that the intervals show where the data ends,
-- or to what the last month reports; customers were lost or counted twice on the way. Each row is a variant with
-- the three sums.
with as_of as (
    select min(billing_as_of_at) as as_of_at from {{ ref('rpt_data_as_of') }}
),

sums as (
    select
        currency,
        variant,
        amount_minor as moved_minor,
        0L as standing_minor,
        0L as reported_minor
    from {{ ref('fct_mrr_movements') }}

    union all

    select
        intervals.currency,
        intervals.variant,
        0L as moved_minor,
        intervals.mrr_minor as standing_minor,
        0L as reported_minor
    from {{ ref('fct_mrr_intervals') }} as intervals
    inner join as_of on {{ is_within('as_of.as_of_at', 'intervals.valid_from', 'intervals.valid_to') }}

    union all

    select
        currency,
        variant,
        0L as moved_minor,
        0L as standing_minor,
        max_by(closing_minor, month_date) as reported_minor
    from {{ ref('rpt_mrr_monthly') }}
    group by currency, variant
),

totals as (
    select
        currency,
        variant,
        sum(moved_minor) as moved_minor,
        sum(standing_minor) as standing_minor,
        sum(reported_minor) as reported_minor
    from sums
    group by currency, variant
)

select *
from totals
where moved_minor <> standing_minor or moved_minor <> reported_minor
