with ids as (
    select * from {{ ref("int_recurly__ids") }}
),

-- Exports say what a line comes to, objects what it was before discount and tax. What credits an account is negative,
-- however it is written.
amounts as (
    select
        *,
        if(type_raw = 'credit', -1L, 1L) as sign,
        coalesce(
            abs(total_minor) - abs(tax_minor),
            abs(subtotal_minor) - abs(discount_minor) - if(coalesce(is_tax_inclusive, false), abs(tax_minor), 0L)
        ) as net_minor
    from {{ ref("stg_recurly__lines") }}
    where coalesce(status_raw, '') <> 'pending' and invoice_id <> ''
),

final as (
    select
        amounts.line_id,
        coalesce(invoices.long_id, amounts.invoice_id) as invoice_id,
        coalesce(subscriptions.long_id, nullif(amounts.subscription_id, '')) as subscription_id,
        amounts.customer_id,
        amounts.origin,
        amounts.type_raw,
        amounts.is_refund,
        coalesce(originals.long_id, amounts.original_line_id) as original_line_id,
        amounts.proration_rate,
        amounts.plan_code,
        amounts.product_code,
        amounts.currency,
        amounts.sign * amounts.net_minor as amount_minor,
        amounts.sign * abs(amounts.discount_minor) as discount_minor,
        amounts.sign * abs(amounts.tax_minor) as tax_minor,
        amounts.service_from,
        amounts.service_to,
        amounts.source_file_id
    from amounts
    left join ids as invoices
        on amounts.invoice_id = invoices.short_id and invoices.kind = 'invoices'
    left join ids as subscriptions
        on amounts.subscription_id = subscriptions.short_id and subscriptions.kind = 'subscriptions'
    left join ids as originals
        on amounts.original_line_id = originals.short_id and originals.kind = 'lines'
)

select * from final
