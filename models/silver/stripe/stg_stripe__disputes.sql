with source as (
    {{ stripe_versions("disputes", "dispute", [
        "id", "created", "charge", "payment_intent", "currency", "amount", "reason", "status", "evidence_details",
        "balance_transactions", "network_reason_code", "payment_method_details",
    ]) }}
),

final as (
    select
        id as dispute_id,
        charge as charge_id,
        payment_intent as payment_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        reason,
        coalesce(network_reason_code, get_json_object(payment_method_details, '$.card.network_reason_code'))
            as network_reason_code,
        status,
        {{ from_epoch("get_json_object(evidence_details, '$.due_by')") }} as evidence_due_at,
        {{ from_epoch("created") }} as created_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        case when event_type = 'charge.dispute.closed' then event_at end as closed_at,
        event_id,
        source_account_id,
        source_file_id
    from source
)

select * from final
