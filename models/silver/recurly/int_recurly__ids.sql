{{ config(materialized="ephemeral") }}
{%- set kinds = {
    "export_subscription_history": "subscriptions", "line_items": "lines", "export_adjustments": "lines"
} %}

-- The API names what it refers to by short identifiers, exports by long ones; objects and newer exports have both.
with united as (
    {%- for table, long, short in [
        ("subscriptions", "uuid", "id"), ("export_subscriptions", "uuid", "subscription_api_id"),
        ("export_subscription_history", "subscription_uuid", "subscription_api_id"),
        ("invoices", "uuid", "id"), ("export_invoices", "id", "invoice_api_id"),
        ("transactions", "uuid", "id"), ("export_transactions", "transaction_id", "transaction_api_id"),
        ("line_items", "uuid", "id"), ("export_adjustments", "uuid", "adjustment_api_id"),
    ] %}
        select
            '{{ kinds.get(table) or table | replace("export_", "") }}' as kind,
            {{ short }} as short_id,
            {{ long }} as long_id
        from {{ source("bronze_recurly", table) }}
        union all
    {%- endfor %}
    {%- for list in ["transactions", "line_items"] %}
        select
            '{{ kinds.get(list) or list }}' as kind,
            inline(from_json({{ list }}, 'array<struct<id: string, uuid: string>>')) as (short_id, long_id)
        from {{ source("bronze_recurly", "invoices") }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        kind,
        short_id,
        max(long_id) as long_id
    from united
    where short_id <> '' and long_id <> ''
    group by kind, short_id
)

select * from final
