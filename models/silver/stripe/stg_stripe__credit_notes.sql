{{ config(materialized="ephemeral") }}
{%- set amounts = "array<struct<amount: string, inclusive: string, tax_behavior: string>>" %}
{%- set parts = ["discount_amounts", "tax_amounts", "taxes"] | join(": " ~ amounts ~ ", ") ~ ": " ~ amounts %}

with source as (
    {{ stripe_versions("credit_notes", "credit_note", [
        "id", "created", "invoice", "currency", "status", "reason", "amount", "tax_amounts", "total_taxes", "refund",
        "refunds", "lines", "voided_at",
    ]) }}
),

final as (
    select
        id as credit_note_id,
        invoice as invoice_id,
        upper(currency) as currency,
        status,
        reason,
        {{ whole_units("amount") }} as total_minor,
        from_json(coalesce(total_taxes, tax_amounts), '{{ amounts }}') as taxes,
        refund as refund_id,
        from_json(refunds, 'array<struct<refund: string>>') as refunds,
        get_json_object(lines, '$.has_more') = 'true' as has_more_lines,
        from_json(
            get_json_object(lines, '$.data'),
            'array<struct<invoice_line_item: string, amount: string, {{ parts }}>>'
        ) as lines,
        {{ from_epoch("created") }} as issued_at,
        {{ from_epoch("voided_at") }} as voided_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        event_id,
        source_account_id,
        source_file_id
    from source
)

select * from final
