{{ config(materialized="ephemeral") }}

with source as (
    {{ razorpay_versions("refunds", "refund", [
        "id", "created_at", "payment_id", "amount", "currency", "base_amount", "status", "fee", "tax",
    ]) }}
),

final as (
    select
        id as refund_id,
        payment_id,
        {{ whole_units("amount") }} as amount_minor,
        upper(currency) as currency,
        {{ whole_units("base_amount") }} as base_minor,
        {{ whole_units("fee") }} as fee_minor,
        {{ whole_units("tax") }} as tax_minor,
        status as status_raw,
        array_position(array('pending', 'processed', 'failed'), coalesce(status, '')) as progress,
        {{ from_epoch("created_at") }} as created_at,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
