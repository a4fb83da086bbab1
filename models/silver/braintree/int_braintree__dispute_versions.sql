{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        status in ('won', 'lost', 'accepted', 'auto_accepted', 'expired') as is_closed
    from {{ ref("stg_braintree__disputes") }}
),

-- An answer in time follows an expiry, so won and lost are further than expired and accepted.
numbered as (
    select
        *,
        max(source_account_id) over (partition by dispute_id) as any_account_id,
        max(transaction_id) over (partition by dispute_id) as any_transaction_id,
        min(taken) over (partition by dispute_id) as first_taken,
        min(returned) over (partition by dispute_id) as first_returned,
        row_number() over (
            partition by dispute_id
            order by
                status in ('won', 'lost') desc,
                is_closed desc,
                version_at desc nulls last,
                source_file_id asc
        ) as choice
    from versions
),

final as (
    select
        coalesce(numbered.any_account_id, transactions.source_account_id) as source_account_id,
        numbered.dispute_id,
        numbered.any_transaction_id as attempt_id,
        coalesce(transactions.payment_id, numbered.any_transaction_id) as payment_id,
        coalesce(numbered.reason_code, numbered.reason) as reason_raw,
        numbered.reason,
        numbered.kind = 'retrieval' as is_inquiry,
        numbered.amount_minor,
        numbered.won_minor,
        numbered.currency,
        numbered.status as status_raw,
        numbered.opened_at,
        numbered.reply_by,
        numbered.closed_at,
        case
            when numbered.is_closed and numbered.kind = 'retrieval' then 'closed'
            when numbered.status = 'won' then 'won'
            when numbered.is_closed then 'lost'
        end as outcome,
        numbered.first_taken as taken,
        numbered.first_returned as returned,
        numbered.source_file_id
    from numbered
    left join {{ ref("int_braintree__transactions") }} as transactions
        on numbered.any_transaction_id = transactions.transaction_id
    where numbered.choice = 1
)

select * from final
