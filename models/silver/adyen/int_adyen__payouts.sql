{{ config(materialized="ephemeral") }}

select
    source_account_id,
    payout_id,
    -cast(sum(net_minor) as bigint) as amount_minor,
    currency,
    min(occurred_at) as initiated_at,
    null as arrives_at,
    -- The report says that money was sent, never that it came.
    'unknown' as status,
    null as is_automatic,
    nullif(
        concat_ws(', ', array_sort(collect_set(case when payout_reference like 'TX%' then payout_reference end))), ''
    ) as bank_reference,
    min(source_file_id) as source_file_id
from {{ ref("int_adyen__movements") }}
where type = 'payout'
group by source_account_id, payout_id, currency
