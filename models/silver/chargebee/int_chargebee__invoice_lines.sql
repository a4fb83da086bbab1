{{ config(materialized="ephemeral") }}
{%- set fields = [
    "id", "subscription_id", "entity_type", "entity_id", "metered", "amount", "discount_amount", "tax_amount",
    "date_from", "date_to",
] %}

with invoices as (
    select * from {{ ref("int_chargebee__invoices") }}
),

listed as (
    select
        *,
        explode(from_json(lines_json, 'array<{{ struct_of_text(fields) }}>')) as line
    from invoices
),

lines as (
    select
        listed.source_account_id,
        listed.line.id as invoice_line_id,
        listed.invoice_id,
        listed.currency,
        listed.is_tax_inclusive,
        listed.source_file_id,
        coalesce(listed.line.subscription_id, listed.subscription_id) as subscription_id,
        listed.line.entity_type,
        listed.line.entity_id,
        listed.line.metered = 'true' as is_metered,
        {{ whole_units("listed.line.amount") }} as listed_minor,
        coalesce({{ whole_units("listed.line.discount_amount") }}, 0L) as discount_minor,
        coalesce({{ whole_units("listed.line.tax_amount") }}, 0L) as tax_minor,
        {{ whole_units("listed.line.date_from") }} as from_second,
        {{ whole_units("listed.line.date_to") }} as to_second
    from listed
),

united as (
    select
        source_account_id,
        invoice_line_id,
        invoice_id,
        case
            when entity_type like 'plan\_%' or entity_type like 'addon\_%' or entity_type in ('plan', 'addon')
                then {{ chargebee_item_id("subscription_id", "entity_type", "entity_id") }}
        end as subscription_item_id,
        entity_id as price_id,
        case
            when coalesce(is_metered, false) then 'usage'
            when entity_type in ('plan', 'addon', 'plan_item_price', 'addon_item_price') then 'subscription'
            else 'one_off'
        end as kind,
        currency,
        listed_minor - discount_minor - if(is_tax_inclusive, tax_minor, 0L) as amount_minor,
        discount_minor,
        tax_minor,
        from_second,
        -- The end is the last second of the term, or the first of the next one: the one that is whole hours away.
        if((to_second + 1 - from_second) % 3600 = 0, to_second + 1, to_second) as to_second,
        source_file_id
    from lines
    union all
    -- What rounding the total adds or takes off is a part of it.
    select
        source_account_id,
        concat(invoice_id, ':rounding') as invoice_line_id,
        invoice_id,
        cast(null as string) as subscription_item_id,
        cast(null as string) as price_id,
        'one_off' as kind,
        currency,
        rounded_minor as amount_minor,
        0L as discount_minor,
        0L as tax_minor,
        cast(null as bigint) as from_second,
        cast(null as bigint) as to_second,
        source_file_id
    from invoices
    where rounded_minor <> 0
),

final as (
    select
        source_account_id,
        invoice_line_id,
        invoice_id,
        subscription_item_id,
        price_id,
        kind,
        currency,
        amount_minor,
        discount_minor,
        tax_minor,
        timestamp_seconds(from_second) as service_from,
        timestamp_seconds(to_second) as service_to,
        source_file_id
    from united
)

select * from final
