{%- set cells = [
    "status", "items", "discount", "discounts", "pause_collection", "trial_start", "trial_end", "cancel_at",
    "cancel_at_period_end", "canceled_at", "ended_at", "cancellation_details", "current_period_start",
    "current_period_end", "currency",
] -%}
with source as (
    {{ stripe_versions("subscriptions", "subscription", ["id", "created", "customer", "start_date"] + cells) }}
),

final as (
    select
        id as subscription_id,
        customer as customer_id,
        status as status_raw,
        upper(currency) as currency,
        get_json_object(items, '$.data') as items_json,
        coalesce(get_json_object(items, '$.has_more') = 'true', false) as has_more_items,
        discount as discount_json,
        discounts as discounts_json,
        pause_collection as pause_json,
        get_json_object(cancellation_details, '$.reason') as cancellation_reason,
        cancel_at_period_end = 'true' as is_cancel_at_period_end,
        {{ from_epoch("cancel_at") }} as cancel_at,
        {{ from_epoch("canceled_at") }} as canceled_at,
        {{ from_epoch("ended_at") }} as ended_at,
        {{ from_epoch("trial_end") }} as trial_ends_at,
        -- Since API version 2025-03-31 the period stands on the items.
        {{ from_epoch("coalesce(current_period_start, get_json_object(items, '$.data[0].current_period_start'))") }}
            as period_starts_at,
        {{ from_epoch("coalesce(current_period_end, get_json_object(items, '$.data[0].current_period_end'))") }}
            as period_ends_at,
        {{ from_epoch("created") }} as created_at,
        {{ from_epoch("start_date") }} as started_at,
        {{ from_epoch("trial_start") }} as trial_starts_at,
        event_id,
        event_type,
        event_at,
        previous_status,
        -- An event has an id; an export has nothing but what it says.
        case
            when event_id is null
                then concat_ws(
                    '|',
                    {%- for cell in cells %}
                        coalesce({{ cell }}, ''){{ "," if not loop.last }}
                    {%- endfor %}
                )
        end as cells_text,
        source_account_id,
        source_file_id
    from source
)

select * from final
