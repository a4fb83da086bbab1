{{ config(materialized="ephemeral") }}

with invoices as (
    select * from {{ ref("int_razorpay__invoice_versions") }}
),

lines as (
    select
        invoice_id,
        cast(sum(discount_minor) as bigint) as discount_minor
    from {{ ref("int_razorpay__invoice_lines") }}
    group by invoice_id
),

final as (
    select
        invoices.account_id as source_account_id,
        invoices.invoice_id,
        invoices.customer_id,
        invoices.subscription_id,
        case
            when invoices.status_raw in ('issued', 'partially_paid') then 'open'
            when invoices.status_raw in ('cancelled', 'deleted') then 'void'
            -- It stood, nobody paid, and now nobody can.
            when invoices.status_raw = 'expired' then 'uncollectible'
            else invoices.status_raw
        end as status,
        invoices.currency,
        coalesce(invoices.gross_minor, invoices.total_minor) as subtotal_minor,
        coalesce(lines.discount_minor, 0L) as discount_minor,
        coalesce(invoices.tax_minor, 0L) as tax_minor,
        invoices.total_minor,
        invoices.paid_minor,
        -- What is still due becomes less with every part that is paid.
        invoices.paid_minor + invoices.open_minor as due_minor,
        invoices.issued_at,
        invoices.due_at,
        invoices.paid_at,
        invoices.cancelled_at as voided_at,
        invoices.expired_at as uncollectible_at,
        invoices.source_file_id
    from invoices
    left join lines on invoices.invoice_id = lines.invoice_id
)

select * from final
