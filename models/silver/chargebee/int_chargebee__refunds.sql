{{ config(materialized="ephemeral") }}

select
    source_account_id,
    transaction_id as refund_id,
    attempt_id,
    payment_id,
    amount_minor,
    currency,
    reason,
    case status_raw
        when 'success' then 'succeeded'
        when 'in_progress' then 'pending'
        when 'needs_attention' then 'pending'
        when 'voided' then 'canceled'
        else 'failed'
    end as status,
    created_at,
    source_file_id
from {{ ref("int_chargebee__given_back") }}
where not is_chargeback
