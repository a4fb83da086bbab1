{{ config(materialized="ephemeral") }}

-- A refund can be taken back, when the customer's bank decides a dispute for the store.
with numbered as (
    select
        *,
        row_number() over (partition by transaction_id order by signed_at desc, notification_id asc) as choice,
        min(coalesce(revoked_at, signed_at)) over (partition by transaction_id) as refunded_at
    from {{ ref("stg_apple__notifications") }}
    where notification_type in ('REFUND', 'REFUND_REVERSED')
),

final as (
    select
        null as source_account_id,
        transaction_id as refund_id,
        transaction_id as attempt_id,
        transaction_id as payment_id,
        price_minor as amount_minor,
        currency,
        case revocation_reason when '1' then 'app_issue' when '0' then 'other' end as reason,
        case notification_type when 'REFUND' then 'succeeded' else 'canceled' end as status,
        refunded_at as created_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
