-- Failing (a warning) means: credit notes take more off an invoice than it comes to. Revenue
-- never falls below nothing, so what is too much is in no report. Each row is such an invoice.
{{ config(severity="warn") }}

select
    notes.provider,
    notes.invoice_id,
    notes.credited_minor,
    invoices.total_minor
from (
    select
        provider,
        invoice_id,
        sum(total_minor) as credited_minor
    from {{ ref("credit_notes") }}
    where voided_at is null
    group by provider, invoice_id
) as notes
left join {{ ref("invoices") }} as invoices
    on notes.provider = invoices.provider and notes.invoice_id = invoices.invoice_id
where notes.credited_minor > greatest(coalesce(invoices.total_minor, 0L), 0L)
