{{ config(materialized="ephemeral") }}
{%- set line = "struct<invoice_line_id: string, amount_minor: bigint, tax_minor: bigint>" %}

with invoices as (
    select * from {{ ref("stg_recurly__invoices") }}
),

numbers as (
    select
        invoice_number,
        max(invoice_id) as invoice_id
    from invoices
    where not coalesce(is_of_refund, false)
    group by invoice_number
),

ids as (
    select * from {{ ref("int_recurly__ids") }}
    where kind = 'invoices'
),

-- What is refunded of a whole invoice, not of its lines, names none.
lines as (
    select
        invoice_id,
        collect_list(named_struct(
            'invoice_line_id', original_line_id, 'amount_minor', -amount_minor, 'tax_minor', -tax_minor
        )) as lines
    from {{ ref("int_recurly__lines") }}
    where original_line_id is not null
    group by invoice_id
),

refunds as (
    select
        invoice_id,
        collect_list(transaction_id) as refund_ids
    from {{ ref("int_recurly__transactions") }}
    where type = 'refund' and coalesce(origin, '') <> 'chargeback'
    group by invoice_id
),

final as (
    select
        null as source_account_id,
        invoices.invoice_id as credit_note_id,
        coalesce(numbers.invoice_id, ids.long_id, invoices.original_short_id) as invoice_id,
        if(invoices.status_raw = 'voided', 'void', 'issued') as status,
        null as reason,
        invoices.currency,
        abs(invoices.total_minor) - abs(invoices.tax_minor) as amount_minor,
        abs(invoices.tax_minor) as tax_minor,
        abs(invoices.total_minor) as total_minor,
        coalesce(lines.lines, from_json('[]', 'array<{{ line }}>')) as lines,
        coalesce(refunds.refund_ids, from_json('[]', 'array<string>')) as refund_ids,
        invoices.issued_at,
        case
            when invoices.status_raw = 'voided' then coalesce(invoices.modified_at, invoices.closed_at)
        end as voided_at,
        invoices.source_file_id
    from invoices
    left join numbers on invoices.original_number = numbers.invoice_number
    left join ids on invoices.original_short_id = ids.short_id
    left join lines on invoices.invoice_id = lines.invoice_id
    left join refunds on invoices.invoice_id = refunds.invoice_id
    where invoices.is_of_refund
)

select * from final
