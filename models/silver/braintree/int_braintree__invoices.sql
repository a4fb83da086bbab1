{{ config(materialized="ephemeral") }}

-- There are no invoices: what was billed for a period is known by the transactions that tried to collect it.
with billed as (
    select
        *,
        row_number() over (
            partition by payment_id order by is_submitted desc, created_at asc, transaction_id asc
        ) as choice,
        min(created_at) over (partition by payment_id) as issued_at
    from {{ ref("int_braintree__transactions") }}
    where kind = 'sale' and subscription_id is not null
),

final as (
    select
        source_account_id,
        payment_id as invoice_id,
        customer_id,
        subscription_id,
        plan_id,
        case when is_submitted then 'paid' else 'open' end as status,
        currency,
        authorized_minor - coalesce(tax_minor, 0) + coalesce(discount_minor, 0) as subtotal_minor,
        coalesce(discount_minor, 0) as discount_minor,
        coalesce(tax_minor, 0) as tax_minor,
        authorized_minor as total_minor,
        case when is_submitted then amount_minor else 0 end as paid_minor,
        authorized_minor as due_minor,
        issued_at,
        null as due_at,
        case when is_submitted then submitted_at end as paid_at,
        null as voided_at,
        null as uncollectible_at,
        period_from,
        period_until,
        source_file_id
    from billed
    where choice = 1
)

select * from final
