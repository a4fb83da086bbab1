{{ config(materialized="ephemeral") }}

with source as (
    {{ razorpay_versions("disputes", "dispute", [
        "id", "created_at", "payment_id", "amount", "currency", "amount_deducted", "reason_code", "respond_by",
        "status", "phase",
    ]) }}
),

-- A dispute that was won can go on in the next phase under its id.
final as (
    select
        id as dispute_id,
        payment_id,
        {{ whole_units("amount") }} as amount_minor,
        {{ whole_units("amount_deducted") }} as deducted_minor,
        upper(currency) as currency,
        reason_code,
        phase,
        status as status_raw,
        10 * array_position(array('chargeback', 'pre_arbitration', 'arbitration'), coalesce(phase, ''))
        + array_position(array('open', 'under_review', 'won', 'lost', 'closed'), coalesce(status, '')) as progress,
        {{ from_epoch("respond_by") }} as evidence_due_at,
        {{ from_epoch("created_at") }} as created_at,
        case when status in ('won', 'lost', 'closed') then event_at end as closed_at,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
