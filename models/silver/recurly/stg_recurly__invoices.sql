{{ config(materialized="ephemeral") }}

with source as (
    select
        id as invoice_id,
        invoice_number,
        original_invoice_number as original_number,
        cast(null as string) as original_short_id,
        account_code as customer_id,
        status,
        coalesce(invoice_doc_type, 'legacy') as document_type,
        invoice_type as origin,
        currency,
        invoice_subtotal_before_discounts as subtotal,
        invoice_discount as discount,
        tax_amount as tax,
        invoice_total as total,
        cast(null as string) as paid,
        invoice_balance as balance,
        billed_date as issued_text,
        due_on as due_text,
        closed_at as closed_text,
        modified_at as version_text,
        invoice_balance_modified_at as balance_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_invoices") }}
    union all
    select
        coalesce(uuid, id) as invoice_id,
        number as invoice_number,
        cast(null as string) as original_number,
        previous_invoice_id as original_short_id,
        get_json_object(account, '$.code') as customer_id,
        state as status,
        type as document_type,
        origin,
        currency,
        subtotal,
        discount,
        tax,
        total,
        paid,
        balance,
        created_at as issued_text,
        due_at as due_text,
        closed_at as closed_text,
        updated_at as version_text,
        cast(null as string) as balance_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "invoices") }}
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

parsed as (
    select
        source.invoice_id,
        source.invoice_number,
        nullif(source.original_number, '') as original_number,
        nullif(source.original_short_id, '') as original_short_id,
        source.customer_id,
        lower(source.status) as status_raw,
        source.document_type,
        lower(source.origin) as origin,
        lower(source.origin) in ('refund', 'external_refund', 'line_item_refund', 'open_amount_refund') as is_of_refund,
        upper(source.currency) as currency,
        {{ minor_units("source.subtotal", "exponents.exponent") }} as subtotal_minor,
        {{ minor_units("source.discount", "exponents.exponent") }} as discount_minor,
        coalesce({{ minor_units("source.tax", "exponents.exponent") }}, 0L) as tax_minor,
        {{ minor_units("source.total", "exponents.exponent") }} as total_minor,
        {{ minor_units("source.paid", "exponents.exponent") }} as paid_minor,
        {{ minor_units("source.balance", "exponents.exponent") }} as balance_minor,
        {{ recurly_instant("source.issued_text") }} as issued_at,
        {{ recurly_instant("source.due_text") }} as due_at,
        {{ recurly_instant("source.closed_text") }} as closed_at,
        {{ recurly_instant("source.version_text") }} as modified_at,
        {{ recurly_instant("source.balance_text") }} as balance_at,
        source.source_file_id
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.invoice_id <> ''
),

final as (
    select
        *,
        row_number() over (
            partition by invoice_id
            order by
                greatest(modified_at, balance_at) desc nulls last,
                array_position(
                    array('pending', 'open', 'processing', 'past_due', 'failed', 'paid', 'closed', 'voided'),
                    coalesce(status_raw, '')
                ) desc,
                balance_minor asc nulls last,
                source_file_id asc
        ) as choice
    from parsed
)

select * from final
where choice = 1
