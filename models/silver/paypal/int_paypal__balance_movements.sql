{{ config(materialized="ephemeral") }}

with movements as (
    select
        *,
        type in ('capture', 'refund', 'dispute', 'dispute_reversal') as is_of_customer
    from {{ ref("int_paypal__movements") }}
)

select
    source_account_id,
    movement_id,
    type,
    reference_id as source_id,
    attempt_id,
    gross_minor,
    fee_minor,
    net_minor,
    currency,
    -- Conversions are movements of their own, so a payment stands in the currency that the customer paid.
    if(is_of_customer, gross_minor, null) as presentment_minor,
    if(is_of_customer, currency, null) as presentment_currency,
    occurred_at,
    occurred_at as available_at,
    payout_id,
    source_file_id
from movements
