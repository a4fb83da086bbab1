{{ config(materialized="ephemeral") }}

with source as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _file_id asc) as choice
    from {{ source("bronze_braintree", "subscriptions") }}
    where id is not null
),

-- The newest version holds the whole history of statuses.
final as (
    select
        id as subscription_id,
        merchant_account_id as source_account_id,
        payment_method_token,
        status,
        plan_id,
        price,
        trial_period = 'true' as has_trial,
        try_cast(first_billing_date as date) as first_billing_on,
        cast({{ whole_units("current_billing_cycle") }} as int) as billing_cycle,
        cast({{ whole_units("number_of_billing_cycles") }} as int) as billing_cycles,
        status_history as history_json,
        add_ons as add_ons_json,
        discounts as discounts_json,
        try_cast(created_at as timestamp) as created_at,
        try_cast(updated_at as timestamp) as updated_at,
        _file_id as source_file_id
    from source
    where choice = 1
)

select * from final
