{{ config(materialized="ephemeral") }}

with purchases as (
    select
        coalesce(max(account_id) over (partition by original_transaction_id), original_transaction_id) as customer_id,
        first_purchased_at,
        source_file_id
    from {{ ref("stg_apple__notifications") }}
    where product_type = 'Auto-Renewable Subscription'
),

final as (
    select
        null as source_account_id,
        customer_id,
        null as country,
        null as email_sha256,
        min(first_purchased_at) as created_at,
        null as deleted_at,
        min(source_file_id) as source_file_id
    from purchases
    group by customer_id
)

select * from final
