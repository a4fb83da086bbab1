-- Failing means: a payout is not the sum of the movements in it, so some of the money that the bank received is
-- not explained. Each row is such a payout with the amount that is missing. A warning, not an error: reports list
-- these payouts, and the movements of a manual or very recent payout are not in any export.
{{ config(severity = 'warn') }}
select
    provider,
    payout_id,
    currency,
    status,
    amount_minor,
    net_minor,
    unexplained_minor,
    reason
from {{ ref('rpt_payout_reconciliation') }}
where not is_tied
