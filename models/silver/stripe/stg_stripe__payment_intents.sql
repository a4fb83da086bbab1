{{ config(materialized="ephemeral") }}

with source as (
    {{ stripe_versions("payment_intents", "payment_intent", [
        "id", "created", "customer", "invoice", "currency", "amount", "status", "latest_charge", "canceled_at",
        "last_payment_error", "payment_method_types",
    ]) }}
),

final as (
    select
        id as payment_id,
        customer as customer_id,
        invoice as invoice_id,
        upper(currency) as currency,
        {{ whole_units("amount") }} as amount_minor,
        status,
        latest_charge as charge_id,
        get_json_object(last_payment_error, '$.code') as error_code,
        get_json_object(payment_method_types, '$[0]') as method,
        {{ from_epoch("created") }} as created_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        event_id,
        source_account_id,
        source_file_id
    from source
)

select * from final
