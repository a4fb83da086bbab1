{{ config(materialized="ephemeral") }}

with final as (
    select
        source_account_id,
        movement_id,
        type,
        coalesce(transaction_id, attempt_id) as source_id,
        attempt_id,
        gross_minor,
        fee_minor,
        net_minor,
        currency,
        case when type in ('capture', 'refund', 'dispute', 'dispute_reversal') then gross_minor end
            as presentment_minor,
        case when type in ('capture', 'refund', 'dispute', 'dispute_reversal') then currency end
            as presentment_currency,
        occurred_at,
        if(payout_id is null, null, deposited_at) as available_at,
        payout_id,
        source_file_id
    from {{ ref("int_affirm__movements") }}
    union all
    -- No row of the report is the deposit itself.
    select
        source_account_id,
        payout_id as movement_id,
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
    from {{ ref("int_affirm__payouts") }}
)

select * from final
