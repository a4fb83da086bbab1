{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_razorpay__disputes") }}
),

numbered as (
    select
        *,
        min(closed_at) over (partition by dispute_id, phase, status_raw) as first_closed_at,
        {{ razorpay_choice("dispute_id", "progress", ties=["status_raw"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        dispute_id,
        payment_id as attempt_id,
        payment_id,
        reason_code as reason_raw,
        cast(null as string) as reason,
        -- The bank's suspicion and the cardholder's request for information move no money.
        coalesce(phase in ('fraud', 'retrieval'), false) as is_inquiry,
        amount_minor,
        deducted_minor,
        currency,
        status_raw,
        created_at as opened_at,
        evidence_due_at,
        first_closed_at as closed_at,
        case when status_raw in ('won', 'lost', 'closed') then status_raw end as outcome,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
