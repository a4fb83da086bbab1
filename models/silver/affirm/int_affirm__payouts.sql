{{ config(materialized="ephemeral") }}

select
    max(source_account_id) as source_account_id,
    payout_id,
    cast(sum(net_minor) as bigint) as amount_minor,
    currency,
    max(deposited_at) as initiated_at,
    null as arrives_at,
    'unknown' as status,
    true as is_automatic,
    null as bank_reference,
    min(source_file_id) as source_file_id
from {{ ref("int_affirm__movements") }}
where payout_id is not null
group by payout_id, currency
