with versions as (
    select
        *,
        greatest(
            event_at, created_at, finalized_at, paid_at, voided_at, uncollectible_at
        ) as seen_at,
        array_position(array('draft', 'open', 'uncollectible', 'void', 'paid'), coalesce(status, '')) as progress
    from {{ ref("stg_stripe__invoices") }}
),

-- Events of one second come in any order, but an invoice only ever moves forward.
numbered as (
    select
        *,
        max(source_account_id) over (partition by invoice_id) as account_id,
        row_number() over (
            partition by invoice_id
            order by
                progress desc,
                seen_at desc nulls last,
                paid_minor desc,
                event_id desc nulls first,
                lines_json asc,
                source_file_id asc
        ) as choice
    from versions
),

final as (
    select
        invoice_id,
        customer_id,
        subscription_id,
        currency,
        status,
        billing_reason,
        charge_id,
        payment_id,
        subtotal_minor,
        -- `tax` went away with API version 2025-03-31; the list of taxes is older and stays.
        {{ sum_of_amounts("discounts") }} as discount_minor,
        coalesce(tax_minor, {{ sum_of_amounts("taxes") }}) as tax_minor,
        total_minor,
        paid_minor,
        due_minor,
        coalesce(finalized_at, case when status <> 'draft' then effective_at end) as issued_at,
        due_at,
        paid_at,
        voided_at,
        uncollectible_at,
        lines_json,
        has_more_lines,
        account_id as source_account_id,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
