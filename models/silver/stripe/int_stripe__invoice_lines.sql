{{ config(materialized="ephemeral") }}
{%- set fields = [
    "id", "amount", "currency", "period", "price", "plan", "pricing", "parent", "type", "proration",
    "subscription_item", "discount_amounts", "tax_amounts", "taxes",
] %}
{%- set schema = "array<struct<" ~ fields | join(": string, ") ~ ": string>>" %}

with invoices as (
    select * from {{ ref("int_stripe__invoices") }}
),

listed as (
    select
        lists.invoice_id,
        lists.source_file_id,
        {%- for field in fields %}
            lists.line.`{{ field }}` as line_{{ field }},
        {%- endfor %}
        1 as source_rank
    from (
        select
            invoice_id,
            source_file_id,
            explode(from_json(lines_json, '{{ schema }}')) as line
        from invoices
    ) as lists
),

-- A page holds ten lines: longer invoices need their lines exported on their own. Where the page is whole it alone
-- counts, for lines of a draft come and go.
single as (
    select
        invoice as invoice_id,
        _file_id as source_file_id,
        {%- for field in fields %}
            `{{ field }}` as line_{{ field }},
        {%- endfor %}
        0 as source_rank
    from {{ source("bronze_stripe", "invoice_lines") }}
    where invoice is not null
),

numbered as (
    select
        *,
        coalesce(line_subscription_item, get_json_object(line_parent, '$.subscription_item_details.subscription_item'))
            as subscription_item_id,
        coalesce(
            line_proration = 'true',
            get_json_object(line_parent, '$.subscription_item_details.proration') = 'true',
            get_json_object(line_parent, '$.invoice_item_details.proration') = 'true',
            false
        ) as is_proration,
        coalesce(get_json_object(line_price, '$.recurring.usage_type'), get_json_object(line_plan, '$.usage_type'))
            as usage_type,
        from_json(line_discount_amounts, 'array<struct<amount: string>>') as discounts,
        from_json(
            coalesce(line_taxes, line_tax_amounts),
            'array<struct<amount: string, inclusive: string, tax_behavior: string>>'
        ) as taxes,
        row_number() over (
            partition by line_id
            order by source_rank desc, line_amount asc, source_file_id asc
        ) as choice
    from (
        select * from listed
        union all
        select * from single
    ) as lines
    where line_id is not null
),

taxed as (
    select
        *,
        {{ sum_of_amounts("discounts") }} as discount_minor,
        {{ sum_of_amounts("taxes") }} as tax_minor,
        -- `amount` contains the taxes that were priced in, and only those.
        {{ sum_of_amounts("filter(taxes, t -> t.inclusive = 'true' or t.tax_behavior = 'inclusive')") }}
            as inclusive_tax_minor
    from numbered
    where choice = 1
),

final as (
    select
        invoices.source_account_id,
        taxed.line_id as invoice_line_id,
        taxed.invoice_id,
        taxed.subscription_item_id,
        coalesce(
            get_json_object(taxed.line_price, '$.id'),
            get_json_object(taxed.line_plan, '$.id'),
            get_json_object(taxed.line_pricing, '$.price_details.price')
        ) as price_id,
        case
            when taxed.is_proration then 'proration'
            when taxed.usage_type = 'metered' then 'usage'
            when taxed.subscription_item_id is not null or taxed.line_type = 'subscription' then 'subscription'
            else 'one_off'
        end as kind,
        upper(taxed.line_currency) as currency,
        {{ whole_units("taxed.line_amount") }} - taxed.discount_minor - taxed.inclusive_tax_minor as amount_minor,
        taxed.discount_minor,
        taxed.tax_minor,
        {{ from_epoch("get_json_object(taxed.line_period, '$.start')") }} as service_from,
        {{ from_epoch("get_json_object(taxed.line_period, '$.end')") }} as service_to,
        taxed.source_file_id
    from taxed
    left join invoices on taxed.invoice_id = invoices.invoice_id
    where taxed.source_rank = 1 or coalesce(invoices.has_more_lines, true)
)

select * from final
