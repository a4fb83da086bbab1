{{ config(materialized="ephemeral") }}
{%- set amounts = "gross_amount: string, taxable_amount: string, tax_amount: string" %}
{%- set price = "currency: string, amount: string, quantity: string, tax_inclusive: string" %}
{%- set line = "id: string, type: string, " ~ price ~ ", " ~ amounts %}

with source as (
    {{ razorpay_versions("invoices", "invoice", [
        "id", "created_at", "customer_id", "order_id", "payment_id", "subscription_id", "line_items", "status",
        "issued_at", "paid_at", "cancelled_at", "expired_at", "expire_by", "gross_amount", "tax_amount", "amount",
        "amount_paid", "amount_due", "currency", "billing_start", "billing_end",
    ]) }}
),

final as (
    select
        id as invoice_id,
        customer_id,
        order_id,
        subscription_id,
        status as status_raw,
        array_position(
            array('draft', 'issued', 'partially_paid', 'expired', 'cancelled', 'deleted', 'paid'), coalesce(status, '')
        ) as progress,
        upper(currency) as currency,
        {{ whole_units("gross_amount") }} as gross_minor,
        {{ whole_units("tax_amount") }} as tax_minor,
        {{ whole_units("amount") }} as total_minor,
        {{ whole_units("amount_paid") }} as paid_minor,
        {{ whole_units("amount_due") }} as open_minor,
        from_json(line_items, 'array<struct<{{ line }}>>') as line_items,
        {{ from_epoch("billing_start") }} as service_from,
        {{ from_epoch("billing_end") }} as service_to,
        {{ from_epoch("created_at") }} as created_at,
        {{ from_epoch("issued_at") }} as issued_at,
        {{ from_epoch("expire_by") }} as due_at,
        {{ from_epoch("paid_at") }} as paid_at,
        {{ from_epoch("cancelled_at") }} as cancelled_at,
        {{ from_epoch("expired_at") }} as expired_at,
        event_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
