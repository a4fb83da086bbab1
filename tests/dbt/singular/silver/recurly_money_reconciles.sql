-- Failing means: transactions, invoice lines or credits of Recurly's exports stand in silver twice or never (a row with
-- the sums of a currency), or a cell with money or a time became null there (a row with its table and file): no number,
-- more decimals than the currency has, a currency that seeds/currency_exponents.csv does not know, or a zone that is
-- not known: set the variable recurly_time_zone.
{%- if not execute or "recurly" in landed_providers() %}
    {%- set credits = "lower(invoice_type) in "
        ~ "('refund', 'external_refund', 'line_item_refund', 'open_amount_refund', 'write_off')" %}
    with delivered as (
        select
            'transactions' as compared,
            transaction_id as record_id,
            upper(currency) as currency,
            abs({{ to_decimal("amount", "decimal(28, 9)") }}) as amount
        from {{ source("bronze_recurly", "export_transactions") }}
        where type in ('purchase', 'capture') or (type = 'refund' and coalesce(origin, '') <> 'chargeback')
        union all
        select
            'invoice_lines' as compared,
            uuid as record_id,
            upper(adjustment_currency) as currency,
            abs({{ to_decimal("adjustment_total", "decimal(28, 9)") }}) as amount
        from {{ source("bronze_recurly", "export_adjustments") }}
        where
            adjustment_status <> 'pending'
            and upper(coalesce(adjustment_refund, '')) <> 'TRUE'
            and invoice_id not in (
                select credits.id from {{ source("bronze_recurly", "export_invoices") }} as credits
                where {{ credits }}
            )
        union all
        select
            'credit_notes' as compared,
            id as record_id,
            upper(currency) as currency,
            abs({{ to_decimal("invoice_total", "decimal(28, 9)") }}) as amount
        from {{ source("bronze_recurly", "export_invoices") }}
        where {{ credits }} and lower(invoice_type) <> 'write_off'
    ),

    -- A record that comes again is the same record.
    once as (
        select
            compared,
            record_id,
            currency,
            max(amount) as amount
        from delivered
        group by compared, record_id, currency
    ),

    bronze as (
        select
            once.compared,
            once.currency,
            count(*) as records,
            cast(sum(once.amount) * max(cast(power(10, exponents.exponent) as int)) as bigint) as amount_minor
        from once
        left join {{ finest_units() }} as exponents
            on once.currency = exponents.currency
        group by once.compared, once.currency
    ),

    told as (
        select
            'transactions' as compared,
            attempt_id as record_id,
            currency,
            amount_minor
        from {{ ref("payment_attempts") }}
        where provider = 'recurly'
        union all
        select
            'transactions' as compared,
            refund_id as record_id,
            currency,
            amount_minor
        from {{ ref("refunds") }}
        where provider = 'recurly'
        union all
        select
            'invoice_lines' as compared,
            invoice_line_id as record_id,
            currency,
            abs(amount_minor + tax_minor) as amount_minor
        from {{ ref("invoice_lines") }}
        where provider = 'recurly'
        union all
        select
            'credit_notes' as compared,
            credit_note_id as record_id,
            currency,
            total_minor as amount_minor
        from {{ ref("credit_notes") }}
        where provider = 'recurly'
    ),

    silver as (
        select
            compared,
            currency,
            count(*) as records,
            cast(sum(amount_minor) as bigint) as amount_minor
        from told
        where record_id in (select once.record_id from once)
        group by compared, currency
    ),

    unread as (
        {%- for table, columns in {
            "stg_recurly__transactions": ["amount_minor", "created_at"],
            "stg_recurly__lines": ["coalesce(total_minor, subtotal_minor)"],
            "stg_recurly__invoices": ["total_minor", "issued_at"],
            "stg_recurly__credit_payments": ["amount_minor"],
            "stg_recurly__subscription_history": ["total_minor", "valid_from"],
            "stg_recurly__subscriptions": ["unit_amount_minor", "version_at"],
            "stg_recurly__accounts": ["created_at"],
        }.items() %}
            select
                '{{ table }}' as compared,
                source_file_id
            from {{ ref(table) }}
            where {{ columns | join(" is null or ") }} is null
            union all
        {%- endfor %}
        select
            'stg_recurly__plan_prices' as compared,
            source_file_id
        from {{ ref("stg_recurly__plan_prices") }}
        where amount_text <> '' and unit_amount_minor is null
    )

    select
        coalesce(bronze.compared, silver.compared) as compared,
        coalesce(bronze.currency, silver.currency) as currency,
        bronze.records as bronze_records,
        silver.records as silver_records,
        bronze.amount_minor as bronze_minor,
        silver.amount_minor as silver_minor,
        cast(null as string) as source_file_id
    from bronze
    full outer join silver on bronze.compared = silver.compared and bronze.currency = silver.currency
    where
        bronze.records is distinct from silver.records
        or bronze.amount_minor is distinct from silver.amount_minor
    union all
    select
        compared,
        cast(null as string) as currency,
        cast(null as bigint) as bronze_records,
        cast(null as bigint) as silver_records,
        cast(null as bigint) as bronze_minor,
        cast(null as bigint) as silver_minor,
        source_file_id
    from unread
{%- else %}
    select 'recurly never landed' as compared
    where false
{%- endif %}
