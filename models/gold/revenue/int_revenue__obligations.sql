{{ config(materialized='ephemeral') }}

with lines as (
    select * from {{ ref('invoice_lines') }}
),

invoices as (
    select
        *,
        -- One that became void or was given up at no known instant, or before it was issued, was so from the start.
        case when status = 'void' then greatest(voided_at, issued_at) end as void_from,
        case
            when status = 'uncollectible' or uncollectible_at is not null then greatest(uncollectible_at, issued_at)
        end as lost_at
    from {{ ref('invoices') }}
),

final as (
    select
        lines.provider,
        lines.source_account_id,
        lines.invoice_line_id,
        lines.invoice_id,
        invoices.subscription_id,
        invoices.customer_id,
        invoices.customer_key,
        lines.price_id,
        lines.kind,
        lines.currency,
        lines.amount_minor,
        invoices.total_minor as invoice_minor,
        invoices.issued_at,
        if(lines.service_to > lines.service_from, lines.service_from, invoices.issued_at) as service_from,
        if(lines.service_to > lines.service_from, lines.service_to, invoices.issued_at) as service_to,
        invoices.void_from as voided_at,
        invoices.lost_at,
        case when invoices.status = 'paid' and invoices.paid_at >= invoices.lost_at then invoices.paid_at end
            as recovered_at
    from lines
    inner join invoices
        on lines.provider = invoices.provider and lines.invoice_id = invoices.invoice_id
    where invoices.issued_at is not null and lines.amount_minor <> 0
)

select * from final
