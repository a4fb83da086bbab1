-- Failing means: the invoices, or the payments, refunds and chargebacks, of Chargebee in bronze are not as many in
-- silver or not of the same money (a row with both by currency), or a cell with money became null there (a row with its
-- file).
-- depends_on: {{ ref("invoices") }} {{ ref("payment_attempts") }} {{ ref("refunds") }} {{ ref("disputes") }}
-- depends_on: {{ ref("stg_chargebee__invoices") }} {{ ref("stg_chargebee__transactions") }} {{ ref("invoice_lines") }}
-- depends_on: {{ source("bronze_chargebee", "invoices") }} {{ source("bronze_chargebee", "transactions") }}
-- depends_on: {{ source("bronze_chargebee", "events") }}
{%- if not execute or "chargebee" in landed_providers() %}
    {%- set told = {"invoice": "total", "transaction": "amount"} %}
    {%- set cells = ["id", "currency_code", "deleted", "resource_version"] %}
    {%- set more = {"invoice": [], "transaction": ["type", "reference_authorization_id", "authorization_reason"]} %}
    with
    {%- for kind, amount in told.items() %}
        {{ kind }}_copies as (
            select
                {%- for cell in cells + more[kind] %}
                    {{ cell }},
                {%- endfor %}
                {{ amount }} as amount
            from {{ source("bronze_chargebee", kind ~ "s") }}
            union all
            select
                {%- for cell in cells + more[kind] %}
                    get_json_object(content, '$.{{ kind }}.{{ cell }}') as {{ cell }},
                {%- endfor %}
                get_json_object(content, '$.{{ kind }}.{{ amount }}') as amount
            from {{ source("bronze_chargebee", "events") }}
        ),

        {{ kind }}_latest as (
            select
                id,
                max(cast(resource_version as bigint)) as newest
            from {{ kind }}_copies
            group by id
        ),

        -- The newest version counts; all copies of it say the same.
        {{ kind }}_newest as (
            select distinct copies.*
            from {{ kind }}_copies as copies
            inner join {{ kind }}_latest as latest
                on copies.id = latest.id and cast(copies.resource_version as bigint) = latest.newest
            where coalesce(copies.deleted, 'false') = 'false'
        ),
    {%- endfor %}

    bronze as (
        select
            'invoices' as what,
            upper(currency_code) as currency,
            cast(amount as bigint) as amount_minor
        from invoice_newest
        union all
        select
            'transactions' as what,
            upper(currency_code) as currency,
            cast(amount as bigint) as amount_minor
        from transaction_newest
        where
            type = 'refund'
            or (type = 'payment' and reference_authorization_id is null)
            or (type = 'authorization' and coalesce(authorization_reason, '') <> 'verification')
    ),

    silver as (
        select
            'invoices' as what,
            currency,
            total_minor as amount_minor
        from {{ ref("invoices") }}
        where provider = 'chargebee'
        {%- for table in ["payment_attempts", "refunds", "disputes"] %}
            union all
            select
                'transactions' as what,
                currency,
                amount_minor
            from {{ ref(table) }}
            where provider = 'chargebee'
        {%- endfor %}
    ),

    sums as (
        select
            what,
            currency,
            sum(bronze_count) as bronze_count,
            sum(silver_count) as silver_count,
            sum(bronze_minor) as bronze_minor,
            sum(silver_minor) as silver_minor
        from (
            select
                what,
                currency,
                1 as bronze_count,
                0 as silver_count,
                {{ common_units("chargebee", "amount_minor", "currency") }} as bronze_minor,
                0L as silver_minor
            from bronze
            union all
            select
                what,
                currency,
                0 as bronze_count,
                1 as silver_count,
                0L as bronze_minor,
                amount_minor as silver_minor
            from silver
        ) as both_sides
        group by what, currency
    ),

    unread as (
        select
            'invoices' as what,
            source_file_id
        from {{ ref("stg_chargebee__invoices") }}
        where total_minor is null or paid_minor is null or unpaid_minor is null
        union all
        select
            'transactions' as what,
            source_file_id
        from {{ ref("stg_chargebee__transactions") }}
        where amount_minor is null
        union all
        select
            'invoice_lines' as what,
            source_file_id
        from {{ ref("invoice_lines") }}
        where provider = 'chargebee' and amount_minor is null
    )

    select
        what,
        concat_ws(' / ', currency, bronze_count, silver_count, bronze_minor, silver_minor) as bronze_and_silver
    from sums
    where bronze_count <> silver_count or bronze_minor <> silver_minor
    union all
    select
        concat('unread in ', what) as what,
        source_file_id as bronze_and_silver
    from unread
{%- else %}
    select 1 as nothing_landed
    where false
{%- endif %}
