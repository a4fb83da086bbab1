{{ config(materialized="ephemeral") }}

select
    source_account_id,
    dispute_id,
    attempt_id,
    payment_id,
    reason_raw,
    reason,
    is_inquiry,
    amount_minor,
    currency,
    status_raw,
    opened_at,
    -- The day is the last on which an answer counts.
    cast(date_add(reply_by, 1) as timestamp) - interval '1' second as evidence_due_at,
    closed_at,
    outcome,
    source_file_id
from {{ ref("int_braintree__dispute_versions") }}
