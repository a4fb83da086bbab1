{{ config(materialized="ephemeral") }}

-- A chargeback is a refund that the bank made. What became of it afterwards is the gateway's to tell.
select
    source_account_id,
    transaction_id as dispute_id,
    attempt_id,
    payment_id,
    cast(null as string) as reason_raw,
    cast(null as string) as reason,
    false as is_inquiry,
    amount_minor,
    currency,
    status_raw,
    created_at as opened_at,
    cast(null as timestamp) as evidence_due_at,
    cast(null as timestamp) as closed_at,
    cast(null as string) as outcome,
    source_file_id
from {{ ref("int_chargebee__given_back") }}
where is_chargeback
