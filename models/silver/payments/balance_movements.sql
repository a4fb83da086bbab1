with source as (
    select
        *,
        -- Without a conversion the customer saw what was settled.
        exchange_rate is null and type in ('capture', 'refund', 'dispute', 'dispute_reversal') as is_seen_as_settled
    from {{ ref("int_stripe__movements") }}
),

stripe as (
    select
        'stripe' as provider,
        'default' as source_account_id,
        movement_id,
        type,
        source_id,
        attempt_id,
        gross_minor,
        fee_minor,
        net_minor,
        currency,
        coalesce(presentment_minor, case when is_seen_as_settled then gross_minor end) as presentment_minor,
        coalesce(presentment_currency, case when is_seen_as_settled then currency end) as presentment_currency,
        occurred_at,
        {{ reporting_date("occurred_at") }} as occurred_date,
        available_at,
        payout_id,
        source_file_id
    from source
)

select * from stripe
