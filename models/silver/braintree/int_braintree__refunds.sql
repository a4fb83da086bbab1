{{ config(materialized="ephemeral") }}

with transactions as (
    select * from {{ ref("int_braintree__transactions") }}
),

final as (
    select
        refunds.source_account_id,
        refunds.transaction_id as refund_id,
        refunds.original_transaction_id as attempt_id,
        coalesce(sales.payment_id, refunds.original_transaction_id) as payment_id,
        refunds.amount_minor,
        refunds.currency,
        null as reason,
        case
            when refunds.is_submitted then 'succeeded'
            when refunds.status in ('voided', 'authorization_expired') then 'canceled'
            when refunds.status in ('authorizing', 'authorized') then 'pending'
            else 'failed'
        end as status,
        refunds.created_at,
        refunds.source_file_id
    from transactions as refunds
    left join transactions as sales on refunds.original_transaction_id = sales.transaction_id
    where refunds.kind = 'credit'
)

select * from final
