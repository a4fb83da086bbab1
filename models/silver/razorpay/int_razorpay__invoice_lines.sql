{{ config(materialized="ephemeral") }}

with invoices as (
    select * from {{ ref("int_razorpay__invoice_versions") }}
),

listed as (
    select
        invoice_id,
        subscription_id,
        currency,
        account_id,
        service_from,
        service_to,
        source_file_id,
        explode(line_items) as line
    from invoices
),

-- Old lines have an amount and nothing else: no tax was shown then.
amounts as (
    select
        *,
        coalesce({{ whole_units("line.gross_amount") }}, {{ whole_units("line.amount") }}) as gross_minor,
        coalesce({{ whole_units("line.tax_amount") }}, 0L) as tax_minor,
        coalesce(line.tax_inclusive = 'true', false) as is_tax_inclusive
    from listed
),

taxable as (
    select
        *,
        coalesce(
            {{ whole_units("line.taxable_amount") }}, if(is_tax_inclusive, gross_minor - tax_minor, gross_minor)
        ) as amount_minor
    from amounts
),

final as (
    select
        account_id as source_account_id,
        line.id as invoice_line_id,
        invoice_id,
        case when line.type = 'plan' then subscription_id end as subscription_item_id,
        cast(null as string) as price_id,
        if(line.type = 'plan', 'subscription', 'one_off') as kind,
        coalesce(upper(nullif(line.currency, '')), currency) as currency,
        amount_minor,
        gross_minor - amount_minor - if(is_tax_inclusive, tax_minor, 0L) as discount_minor,
        tax_minor,
        service_from,
        service_to,
        source_file_id
    from taxable
)

select * from final
