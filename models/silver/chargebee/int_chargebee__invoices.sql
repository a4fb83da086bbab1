with versions as (
    select
        *,
        coalesce(written_off_minor, 0L) > 0 and coalesce(paid_minor, 0L) = 0 as is_written_off
    from {{ ref("stg_chargebee__invoices") }}
),

numbered as (
    select
        *,
        min(case when status_raw = 'not_paid' or is_written_off then version_at end) over (partition by invoice_id)
            as first_given_up_at,
        {{ chargebee_choice("invoice_id") }}
    from versions
),

stated as (
    select
        *,
        case
            when is_written_off or status_raw = 'not_paid' then 'uncollectible'
            when status_raw = 'pending' then 'draft'
            when status_raw = 'voided' then 'void'
            when status_raw in ('posted', 'payment_due') then 'open'
            else status_raw
        end as status,
        aggregate(
            from_json(lines_json, 'array<struct<discount_amount: string>>'),
            cast(0 as bigint),
            (total, line) -> total + coalesce({{ whole_units("line.discount_amount") }}, 0L)
        ) as line_discount_minor
    from numbered
    -- An invoice that was deleted again was never a claim.
    where choice = 1 and not is_deleted
),

final as (
    select
        source_account_id,
        invoice_id,
        customer_id,
        subscription_id,
        status,
        currency,
        -- Chargebee's own subtotal has or has not the discounts, by their kind.
        total_minor - coalesce(tax_minor, 0L) + coalesce(line_discount_minor, 0L) as subtotal_minor,
        coalesce(line_discount_minor, 0L) as discount_minor,
        coalesce(tax_minor, 0L) as tax_minor,
        total_minor,
        paid_minor,
        paid_minor + unpaid_minor as due_minor,
        case when status <> 'draft' then dated_at end as issued_at,
        due_at,
        case when status = 'paid' then paid_at end as paid_at,
        voided_at,
        case when status = 'uncollectible' then first_given_up_at end as uncollectible_at,
        is_tax_inclusive,
        rounded_minor,
        lines_json,
        source_file_id
    from stated
)

select * from final
