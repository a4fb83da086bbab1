-- Failing means: lines or money of Google's earnings were lost or counted twice on the way to silver, or an amount
-- could not be read. Each row is a currency with both counts and sums, or a line that is no exact amount.
-- A report delivered again in other bytes counts once: of equal lines, as many as the file with most of them has.
{%- set cells = [
    "description", "transaction_date", "transaction_time", "tax_type", "transaction_type", "refund_type", "package_id",
    "sku_id", "buyer_country", "buyer_currency", "amount_buyer_currency", "amount_merchant_currency", "merchant_currency",
] %}
{%- if not execute or "google_play" in landed_providers() %}
    with per_file as (
        select
            {{ cells | join(", ") }},
            count(*) as line_count
        from {{ source("bronze_google_play", "earnings") }}
        group by {{ cells | join(", ") }}, _file_id
    ),

    per_line as (
        select
            {{ cells | join(", ") }},
            max(line_count) as line_count
        from per_file
        group by {{ cells | join(", ") }}
    ),

    bronze as (
        select
            merchant_currency as currency,
            sum(line_count) as line_count,
            sum(line_count * {{ to_decimal("replace(amount_merchant_currency, ',', '')", "decimal(28, 9)") }}) as amount
        from per_line
        group by merchant_currency
    ),

    silver as (
        select
            currency,
            count(*) as line_count,
            sum(net_minor) as net_minor
        from {{ ref("balance_movements") }}
        where provider = 'google_play' and type <> 'payout'
        group by currency
    ),

    compared as (
        select
            coalesce(bronze.currency, silver.currency) as currency,
            bronze.line_count,
            bronze.amount,
            silver.line_count as silver_line_count,
            silver.net_minor
        from bronze
        full outer join silver on bronze.currency = silver.currency
    )

    select
        'earnings' as report,
        compared.currency,
        cast(compared.line_count as string) as bronze_has,
        cast(compared.silver_line_count as string) as silver_has,
        cast(compared.amount as string) as bronze_amount,
        cast(compared.net_minor as string) as silver_minor
    from compared
    left join {{ finest_units() }} as exponents
        on compared.currency = exponents.currency
    where
        compared.line_count is distinct from compared.silver_line_count
        or compared.net_minor is null
        or exponents.exponent is null
        or cast(compared.net_minor as decimal(28, 0))
        <> compared.amount * case exponents.exponent when 0 then 1 when 2 then 100 when 3 then 1000 end
    union all
    select
        'earnings' as report,
        currency,
        concat_ws(':', source_file_id, cast(source_record as string)) as bronze_has,
        'no exact amount' as silver_has,
        null as bronze_amount,
        null as silver_minor
    from {{ ref("stg_google_play__earnings") }}
    where amount_minor is null or buyer_minor is null or occurred_at is null
    union all
    select
        'estimated_sales' as report,
        currency,
        concat_ws(':', source_file_id, cast(source_record as string)) as bronze_has,
        'no exact amount' as silver_has,
        null as bronze_amount,
        null as silver_minor
    from {{ ref("stg_google_play__sales") }}
    where price_minor is null or charged_minor is null
{%- else %}
    select 'google_play' as report
    where false
{%- endif %}
