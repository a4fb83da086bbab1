{{ config(materialized="ephemeral") }}

with movements as (
    select
        *,
        -- Without a conversion the customer saw what was settled.
        exchange_rate is null and type in ('capture', 'refund', 'dispute', 'dispute_reversal') as is_seen_as_settled
    from {{ ref("int_stripe__movements") }}
)

select
    null as source_account_id,
    movement_id,
    type,
    source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    net_minor,
    currency,
    coalesce(presentment_minor, case when is_seen_as_settled then gross_minor end) as presentment_minor,
    coalesce(presentment_currency, case when is_seen_as_settled then currency end) as presentment_currency,
    occurred_at,
    available_at,
    payout_id,
    source_file_id
from movements
