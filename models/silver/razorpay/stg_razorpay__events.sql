{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_razorpay", "events") }}
),

-- A webhook's id is in a header of its delivery, not in what it says: copies of one are those that say the same.
final as (
    select
        event as event_type,
        {{ from_epoch("created_at") }} as event_at,
        payload,
        account_id as source_account_id,
        min(_file_id) as source_file_id
    from source
    where payload is not null
    group by event, created_at, payload, account_id
)

select * from final
