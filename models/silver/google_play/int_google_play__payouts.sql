{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    payout_id,
    -gross_minor as amount_minor,
    currency,
    null as initiated_at,
    null as arrives_at,
    'unknown' as status,
    true as is_automatic,
    null as bank_reference,
    source_file_id
from {{ ref("int_google_play__movements") }}
where type = 'payout'
