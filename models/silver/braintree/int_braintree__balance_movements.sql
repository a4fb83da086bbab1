{{ config(materialized="ephemeral") }}

with final as (
    select
        source_account_id,
        movement_id,
        type,
        source_id,
        attempt_id,
        gross_minor,
        fee_minor,
        gross_minor + fee_minor as net_minor,
        currency,
        case when gross_minor < 0 then -abs(presented_minor) else abs(presented_minor) end as presentment_minor,
        presentment_currency,
        cast(settled_on as timestamp) as occurred_at,
        cast(disbursed_on as timestamp) as available_at,
        payout_id,
        source_file_id
    from {{ ref("int_braintree__movements") }}
    union all
    select
        source_account_id,
        concat(payout_id, ':payout') as movement_id,
        'payout' as type,
        payout_id as source_id,
        cast(null as string) as attempt_id,
        -amount_minor as gross_minor,
        0L as fee_minor,
        -amount_minor as net_minor,
        currency,
        cast(null as bigint) as presentment_minor,
        cast(null as string) as presentment_currency,
        initiated_at as occurred_at,
        initiated_at as available_at,
        payout_id,
        source_file_id
    from {{ ref("int_braintree__payouts") }}
)

select * from final
