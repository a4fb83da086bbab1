{{ config(materialized="ephemeral") }}

with transactions as (
    select * from {{ ref("int_chargebee__transactions") }}
),

final as (
    select
        backs.source_account_id,
        backs.transaction_id,
        -- A payment that captures an authorisation belongs to its attempt.
        coalesce(payments.authorization_id, payments.transaction_id, backs.original_transaction_id) as attempt_id,
        coalesce(payments.invoice_id, payments.transaction_id, backs.original_transaction_id) as payment_id,
        backs.amount_minor,
        backs.currency,
        backs.reason,
        backs.status_raw,
        backs.created_at,
        backs.method_raw = 'chargeback' as is_chargeback,
        backs.source_file_id
    from transactions as backs
    left join transactions as payments on backs.original_transaction_id = payments.transaction_id
    where backs.type_raw = 'refund'
)

select * from final
