-- Failing means: over its life an invoice line is not recognised for exactly what was billed less what was taken off,
-- or something of it stays deferred or unbilled for ever. Each row is such a line.
with recognised as (
    select
        provider,
        invoice_line_id,
        sum(billed_minor) as billed_minor,
        sum(billed_minor + credited_minor + refunded_minor + voided_minor + written_off_minor) as due_minor,
        sum(recognised_minor) as recognised_minor,
        sum(unbilled_change_minor) as unbilled_minor,
        max_by(deferred_minor, month_date) as deferred_minor
    from {{ ref('fct_revenue_schedules') }}
    group by provider, invoice_line_id
)

select
    lines.provider,
    lines.invoice_line_id,
    lines.amount_minor,
    recognised.billed_minor,
    recognised.due_minor,
    recognised.recognised_minor,
    recognised.unbilled_minor,
    recognised.deferred_minor
from {{ ref('invoice_lines') }} as lines
inner join {{ ref('invoices') }} as invoices
    on lines.provider = invoices.provider and lines.invoice_id = invoices.invoice_id
left join recognised
    on lines.provider = recognised.provider and lines.invoice_line_id = recognised.invoice_line_id
where
    lines.amount_minor <> 0
    and invoices.issued_at is not null
    and (
        recognised.billed_minor is distinct from lines.amount_minor
        or recognised.recognised_minor <> recognised.due_minor
        or recognised.unbilled_minor <> 0
        or recognised.deferred_minor <> 0
    )
