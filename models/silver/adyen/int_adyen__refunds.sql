{{ config(materialized="ephemeral") }}

with steps as (
    select
        source_account_id,
        source_id as refund_id,
        attempt_id,
        abs(presentment_minor) as amount_minor,
        presentment_currency as currency,
        occurred_at as step_at,
        case when gross_minor > 0 then 'failed' else 'succeeded' end as step,
        source_file_id
    from {{ ref("int_adyen__movements") }}
    where type = 'refund'
    union all
    select
        merchant_account as source_account_id,
        modification_reference as refund_id,
        psp_reference as attempt_id,
        abs(captured_minor) as amount_minor,
        presentment_currency as currency,
        booked_at as step_at,
        case when record_type = 'SentForRefund' then 'pending' else 'failed' end as step,
        source_file_id
    from {{ ref("stg_adyen__payment_accounting") }}
    where record_type in ('SentForRefund', 'RefundFailed')
    union all
    select
        merchant_account as source_account_id,
        psp_reference as refund_id,
        original_reference as attempt_id,
        amount_minor,
        currency,
        event_at as step_at,
        case when event_code = 'REFUND' and is_success then 'pending' else 'failed' end as step,
        source_file_id
    from {{ ref("stg_adyen__notifications") }}
    where event_code in ('REFUND', 'REFUND_FAILED', 'REFUNDED_REVERSED')
),

refunds as (
    select
        max(source_account_id) as source_account_id,
        refund_id,
        max(attempt_id) as attempt_id,
        max(amount_minor) as amount_minor,
        max(currency) as currency,
        case
            when max(step = 'failed') then 'failed'
            when max(step = 'succeeded') then 'succeeded'
            else 'pending'
        end as status,
        min(step_at) as created_at,
        min(source_file_id) as source_file_id
    from steps
    where refund_id is not null
    group by refund_id
)

select
    refunds.source_account_id,
    refunds.refund_id,
    refunds.attempt_id,
    coalesce(payments.payment_id, refunds.attempt_id) as payment_id,
    refunds.amount_minor,
    refunds.currency,
    null as reason,
    refunds.status,
    refunds.created_at,
    refunds.source_file_id
from refunds
left join {{ ref("int_adyen__payments") }} as payments on refunds.attempt_id = payments.psp_reference
