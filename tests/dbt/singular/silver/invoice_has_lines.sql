-- Failing (a warning) means: an invoice over money came without a single line, so whatever is built on lines lacks it.
-- Export the invoice line items too, or the invoices with their `lines`.
{{ config(severity="warn") }}

select
    invoices.provider,
    invoices.invoice_id,
    invoices.currency,
    invoices.total_minor,
    invoices.source_file_id
from {{ ref("invoices") }} as invoices
left anti join {{ ref("invoice_lines") }} as lines
    on invoices.provider = lines.provider and invoices.invoice_id = lines.invoice_id
where invoices.total_minor <> 0
