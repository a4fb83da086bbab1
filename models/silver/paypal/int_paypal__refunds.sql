{{ config(materialized="ephemeral") }}

select
    source_account_id,
    movement_id as refund_id,
    attempt_id,
    attempt_id as payment_id,
    -gross_minor as amount_minor,
    currency,
    null as reason,
    'succeeded' as status,
    occurred_at as created_at,
    source_file_id
from {{ ref("int_paypal__movements") }}
where type = 'refund'
