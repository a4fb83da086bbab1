{{ config(materialized="ephemeral") }}

with source as (
    {{ razorpay_versions("subscriptions", "subscription", [
        "id", "created_at", "plan_id", "customer_id", "status", "quantity", "offer_id", "start_at", "current_start",
        "ended_at", "paused_at",
    ]) }}
),

final as (
    select
        id as subscription_id,
        plan_id,
        customer_id,
        status as status_raw,
        coalesce({{ whole_units("quantity") }}, 1L) as quantity,
        offer_id,
        {{ from_epoch("created_at") }} as created_at,
        {{ from_epoch("start_at") }} as start_at,
        {{ from_epoch("current_start") }} as current_start_at,
        {{ from_epoch("ended_at") }} as ended_at,
        {{ from_epoch("paused_at") }} as paused_at,
        event_type,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
