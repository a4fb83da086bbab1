with source as (
    {{ stripe_versions("refunds", "refund", [
        "id", "created", "charge", "payment_intent", "currency", "amount", "reason", "status", "failure_reason",
    ]) }}
),

final as (
    select
        id as refund_id,
        charge as charge_id,
        payment_intent as payment_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        reason,
        status,
        {{ from_epoch("created") }} as created_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        event_id,
        source_account_id,
        source_file_id
    from source
)

select * from final
