{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    movement_id,
    type,
    null as source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    gross_minor + fee_minor as net_minor,
    currency,
    presentment_minor,
    presentment_currency,
    occurred_at,
    null as available_at,
    payout_id,
    source_file_id
from {{ ref("int_google_play__movements") }}
