{{ config(materialized="ephemeral") }}

-- The API names what it refers to by short identifiers, exports by long ones; objects and newer exports have both.
with united as (
    {%- for table, long, short in [
        ("subscriptions", "uuid", "id"), ("export_subscriptions", "uuid", "subscription_api_id"),
        ("export_subscription_history", "subscription_uuid", "subscription_api_id"),
        ("invoices", "uuid", "id"), ("export_invoices", "id", "invoice_api_id"),
        ("transactions", "uuid", "id"), ("export_transactions", "transaction_id", "transaction_api_id"),
    ] %}
        select
            '{{ table | replace("export_", "") | replace("_history", "s") }}' as kind,
            {{ short }} as short_id,
            {{ long }} as long_id
        from {{ source("bronze_recurly", table) }}
        union all
    {%- endfor %}
    select
        'transactions' as kind,
        inline(from_json(transactions, 'array<struct<id: string, uuid: string>>')) as (short_id, long_id)
    from {{ source("bronze_recurly", "invoices") }}
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
