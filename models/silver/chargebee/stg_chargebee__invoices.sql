{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("invoices", "invoice", [
        "id", "customer_id", "subscription_id", "status", "price_type", "currency_code", "date", "due_date", "paid_at",
        "voided_at", "tax", "total", "amount_paid", "amount_due", "write_off_amount", "round_off_amount", "line_items",
        "business_entity_id",
    ]) }}
),

final as (
    select
        id as invoice_id,
        customer_id,
        subscription_id,
        status as status_raw,
        coalesce(price_type = 'tax_inclusive', false) as is_tax_inclusive,
        upper(currency_code) as currency,
        {{ whole_units("tax") }} as tax_minor,
        {{ whole_units("total") }} as total_minor,
        {{ whole_units("amount_paid") }} as paid_minor,
        {{ whole_units("amount_due") }} as unpaid_minor,
        {{ whole_units("write_off_amount") }} as written_off_minor,
        {{ whole_units("round_off_amount") }} as rounded_minor,
        line_items as lines_json,
        {{ from_epoch("date") }} as dated_at,
        {{ from_epoch("due_date") }} as due_at,
        {{ from_epoch("paid_at") }} as paid_at,
        {{ from_epoch("voided_at") }} as voided_at,
        version,
        version_at,
        is_deleted,
        business_entity_id as source_account_id,
        source_file_id
    from source
)

select * from final
