{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("subscriptions", "subscription", [
        "id", "customer_id", "status", "currency_code", "billing_period", "billing_period_unit", "created_at",
        "started_at", "activated_at", "trial_start", "trial_end", "current_term_end", "cancelled_at",
        "cancel_schedule_created_at", "cancel_reason", "due_invoices_count", "subscription_items", "plan_id",
        "plan_quantity", "plan_unit_price", "plan_amount", "addons", "coupons", "discounts",
        "business_entity_id",
    ]) }}
),

final as (
    select
        id as subscription_id,
        customer_id,
        status as status_raw,
        upper(currency_code) as currency,
        case when billing_period_unit in ('day', 'week', 'month', 'year') then billing_period_unit end
            as billing_interval,
        cast({{ whole_units("billing_period") }} as int) as interval_count,
        {{ from_epoch("created_at") }} as created_at,
        {{ from_epoch("started_at") }} as started_at,
        {{ from_epoch("activated_at") }} as activated_at,
        {{ from_epoch("trial_start") }} as trial_starts_at,
        {{ from_epoch("trial_end") }} as trial_ends_at,
        {{ from_epoch("current_term_end") }} as period_ends_at,
        {{ from_epoch("cancelled_at") }} as cancelled_at,
        {{ from_epoch("cancel_schedule_created_at") }} as cancel_scheduled_at,
        cancel_reason,
        coalesce({{ whole_units("due_invoices_count") }}, 0L) > 0 as is_due,
        case when subscription_items <> '[]' then subscription_items end as items_json,
        plan_id,
        plan_quantity as plan_quantity_text,
        plan_unit_price as plan_unit_price_text,
        plan_amount as plan_amount_text,
        addons as addons_json,
        coupons as coupons_json,
        discounts as discounts_json,
        version,
        version_at,
        is_deleted,
        business_entity_id as source_account_id,
        source_file_id
    from source
)

select * from final
