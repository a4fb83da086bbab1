{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_razorpay__refunds") }}
),

numbered as (
    select
        *,
        {{ razorpay_choice("refund_id", "progress", ties=["status_raw"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        refund_id,
        payment_id as attempt_id,
        payment_id,
        amount_minor,
        currency,
        base_minor,
        fee_minor,
        tax_minor,
        cast(null as string) as reason,
        case status_raw when 'processed' then 'succeeded' else status_raw end as status,
        created_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
