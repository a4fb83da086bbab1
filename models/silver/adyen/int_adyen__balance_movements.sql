{{ config(materialized="ephemeral") }}

select
    source_account_id,
    movement_id,
    type,
    source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    net_minor,
    currency,
    presentment_minor,
    case when presentment_minor is not null then presentment_currency end as presentment_currency,
    occurred_at,
    booked_at as available_at,
    payout_id,
    source_file_id
from {{ ref("int_adyen__movements") }}
