{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    payout_id,
    cast(sum(proceeds_minor) as bigint) as amount_minor,
    bank_currency as currency,
    null as initiated_at,
    null as arrives_at,
    'unknown' as status,
    true as is_automatic,
    null as bank_reference,
    min(source_file_id) as source_file_id
from {{ ref("stg_apple__payments") }}
group by payout_id, bank_currency
