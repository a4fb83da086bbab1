{{ config(materialized="ephemeral") }}
{%- set fields = [
    "id", "uuid", "subscription_id", "plan_code", "add_on_code", "origin", "type", "state", "currency", "subtotal",
    "discount", "tax", "tax_inclusive", "proration_rate", "refund", "previous_line_item_id", "start_date", "end_date"
] %}

with objects as (
    select
        {%- for field in fields %}
            {{ field }},
        {%- endfor %}
        get_json_object(account, '$.code') as customer_id,
        invoice_id,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "line_items") }}
    union all
    select
        {%- for field in fields %}
            line.{{ field }},
        {%- endfor %}
        customer_id,
        invoice_id,
        source_file_id
    from (
        select
            explode(from_json(line_items, 'array<{{ struct_of_text(fields) }}>')) as line,
            get_json_object(account, '$.code') as customer_id,
            id as invoice_id,
            _file_id as source_file_id
        from {{ source("bronze_recurly", "invoices") }}
    ) as invoices
),

source as (
    select
        uuid as line_id,
        invoice_id,
        subscription_id,
        account_code as customer_id,
        adjustment_status as status,
        adjustment_type as type,
        adjustment_origin as origin,
        adjustment_plan_code as plan_code,
        adjustment_product_code as product_code,
        adjustment_refund as is_refund,
        original_adjustment_uuid as original_line_id,
        adjustment_currency as currency,
        adjustment_total as total,
        cast(null as string) as subtotal,
        adjustment_discount as discount,
        coalesce(adjustment_tax, tax_amount) as tax,
        cast(null as string) as is_tax_inclusive,
        cast(null as string) as proration_rate,
        adjustment_start_at as start_text,
        adjustment_end_at as end_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_adjustments") }}
    union all
    select
        coalesce(uuid, id) as line_id,
        invoice_id,
        subscription_id,
        customer_id,
        state as status,
        type,
        origin,
        plan_code,
        coalesce(add_on_code, plan_code) as product_code,
        refund as is_refund,
        previous_line_item_id as original_line_id,
        currency,
        cast(null as string) as total,
        subtotal,
        discount,
        tax,
        tax_inclusive as is_tax_inclusive,
        proration_rate,
        start_date as start_text,
        end_date as end_text,
        source_file_id
    from objects
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'recurly'
),

parsed as (
    select
        source.line_id,
        source.invoice_id,
        source.subscription_id,
        source.customer_id,
        lower(source.status) as status_raw,
        lower(source.type) as type_raw,
        lower(source.origin) as origin,
        source.plan_code,
        source.product_code,
        coalesce(lower(source.is_refund) = 'true', false) as is_refund,
        nullif(source.original_line_id, '') as original_line_id,
        upper(source.currency) as currency,
        {{ minor_units("source.total", "exponents.exponent") }} as total_minor,
        {{ minor_units("source.subtotal", "exponents.exponent") }} as subtotal_minor,
        coalesce({{ minor_units("source.discount", "exponents.exponent") }}, 0L) as discount_minor,
        coalesce({{ minor_units("source.tax", "exponents.exponent") }}, 0L) as tax_minor,
        lower(source.is_tax_inclusive) = 'true' as is_tax_inclusive,
        {{ to_decimal("source.proration_rate", "decimal(28, 9)") }} as proration_rate,
        {{ recurly_instant("source.start_text") }} as service_from,
        {{ recurly_instant("source.end_text") }} as service_to,
        source.source_file_id
    from source
    left join exponents on upper(source.currency) = exponents.currency
    where source.line_id <> ''
),

-- A line never changes but by being invoiced.
final as (
    select
        *,
        row_number() over (
            partition by line_id
            order by status_raw asc nulls last, proration_rate asc nulls last, source_file_id asc
        ) as choice
    from parsed
)

select * from final
where choice = 1
