{{ config(materialized="ephemeral") }}

with source as (
    {{ razorpay_versions("payments", "payment", [
        "id", "created_at", "amount", "currency", "base_amount", "base_currency", "status", "order_id", "invoice_id",
        "method", "wallet", "customer_id", "fee", "tax", "card", "error_code", "error_source", "error_step",
        "error_reason",
    ]) }}
),

final as (
    select
        id as payment_id,
        order_id,
        invoice_id,
        customer_id,
        {{ whole_units("amount") }} as amount_minor,
        upper(currency) as currency,
        coalesce({{ whole_units("base_amount") }}, {{ whole_units("amount") }}) as settlement_minor,
        upper(coalesce(base_currency, currency)) as settlement_currency,
        {{ whole_units("fee") }} as fee_minor,
        {{ whole_units("tax") }} as tax_minor,
        status,
        array_position(
            array('created', 'failed', 'authorized', 'captured', 'refunded'), coalesce(status, '')
        ) as progress,
        method,
        wallet,
        get_json_object(card, '$.network') as card_network,
        get_json_object(card, '$.type') as card_type,
        error_code,
        error_source,
        error_step,
        error_reason,
        {{ from_epoch("created_at") }} as created_at,
        case when event_type = 'payment.captured' then event_at end as captured_at,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
