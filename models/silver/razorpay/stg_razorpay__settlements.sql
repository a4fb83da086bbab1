{{ config(materialized="ephemeral") }}

with source as (
    {{ razorpay_versions("settlements", "settlement", ["id", "created_at", "amount", "status", "utr"]) }}
),

final as (
    select
        id as settlement_id,
        {{ whole_units("amount") }} as amount_minor,
        status as status_raw,
        array_position(array('created', 'processed', 'failed'), coalesce(status, '')) as progress,
        nullif(utr, '') as utr,
        {{ from_epoch("created_at") }} as created_at,
        case when event_type = 'settlement.processed' then event_at end as processed_at,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
