-- Failing means: an invoice's lines do not add up to it, or are cut at a page and were not exported on their own:
-- revenue recognised from lines would not be what was billed. Invoices without any line are those of invoice_has_lines.
with lines as (
    select
        provider,
        invoice_id,
        sum(amount_minor + tax_minor) as total_minor
    from {{ ref("invoice_lines") }}
    group by provider, invoice_id
)

select
    invoices.provider,
    invoices.invoice_id,
    invoices.total_minor,
    lines.total_minor as lines_total_minor
from {{ ref("invoices") }} as invoices
inner join lines on invoices.provider = lines.provider and invoices.invoice_id = lines.invoice_id
where invoices.total_minor <> lines.total_minor
