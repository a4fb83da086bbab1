{{ config(materialized="ephemeral") }}

with transactions as (
    select * from {{ ref("int_recurly__transactions") }}
),

final as (
    select
        null as source_account_id,
        refunds.transaction_id as refund_id,
        refunds.original_transaction_id as attempt_id,
        coalesce(purchases.invoice_id, refunds.original_transaction_id) as payment_id,
        -- The documentation calls it a negative charge.
        abs(refunds.amount_minor) as amount_minor,
        refunds.currency,
        null as reason,
        case
            when refunds.status_raw = 'success' then 'succeeded'
            when refunds.status_raw = 'void' then 'canceled'
            when refunds.status_raw in ('pending', 'processing', 'scheduled') then 'pending'
            else 'failed'
        end as status,
        refunds.created_at,
        refunds.source_file_id
    from transactions as refunds
    left join transactions as purchases on refunds.original_transaction_id = purchases.transaction_id
    -- A lost chargeback is written as a refund that nobody made.
    where refunds.type = 'refund' and coalesce(refunds.origin, '') <> 'chargeback'
)

select * from final
