{{ config(materialized="ephemeral") }}

with invoices as (
    select * from {{ ref("int_razorpay__invoice_versions") }}
),

listed as (
    select
        lists.invoice_id,
        lists.subscription_id,
        lists.invoice_currency,
        lists.source_account_id,
        lists.service_from,
        lists.service_to,
        lists.source_file_id,
        lists.line.id as invoice_line_id,
        lists.line.type as line_type,
        lists.line.currency as line_currency,
        {{ whole_units("lists.line.amount") }} as unit_minor,
        {{ whole_units("lists.line.gross_amount") }} as gross_minor,
        {{ whole_units("lists.line.taxable_amount") }} as taxable_minor,
        coalesce({{ whole_units("lists.line.quantity") }}, 1L) as quantity,
        coalesce({{ whole_units("lists.line.tax_amount") }}, 0L) as tax_minor,
        coalesce(lists.line.tax_inclusive = 'true', false) as is_tax_inclusive
    from (
        select
            invoice_id,
            subscription_id,
            currency as invoice_currency,
            account_id as source_account_id,
            service_from,
            service_to,
            source_file_id,
            explode(line_items) as line
        from invoices
    ) as lists
),

-- Lines from before there was tax on them have a price and a quantity only.
amounts as (
    select
        *,
        coalesce(gross_minor, unit_minor * quantity) as all_minor,
        coalesce(taxable_minor, gross_minor, unit_minor * quantity) as amount_minor
    from listed
),

final as (
    select
        source_account_id,
        invoice_line_id,
        invoice_id,
        case when line_type = 'plan' then subscription_id end as subscription_item_id,
        cast(null as string) as price_id,
        if(line_type = 'plan', 'subscription', 'one_off') as kind,
        coalesce(upper(nullif(line_currency, '')), invoice_currency) as currency,
        amount_minor,
        all_minor - amount_minor - if(is_tax_inclusive, tax_minor, 0L) as discount_minor,
        tax_minor,
        service_from,
        service_to,
        source_file_id
    from amounts
)

select * from final
