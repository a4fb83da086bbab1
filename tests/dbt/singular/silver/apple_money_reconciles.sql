-- Failing means: lines or money of Apple's financial reports were lost or counted twice on the way to silver, or an
-- amount could not be read. Each row is a report and currency with both counts and sums, or a line that is no exact
-- amount. A report delivered again in other bytes counts once: of equal lines, as many as the file with most of them.
{%- set cells = [
    "transaction_date", "settlement_date", "sku", "quantity", "extended_partner_share", "sale_or_return", "apple_identifier",
    "product_type_identifier", "country_of_sale", "promo_code", "customer_price", "customer_currency", "partner_share_currency",
] %}
{%- if not execute or "apple" in landed_providers() %}
    with found as (
        select
            movement_id,
            net_minor
        from {{ ref("balance_movements") }}
        where provider = 'apple' and type in ('capture', 'refund')
    ),

    per_file as (
        select
            {{ cells | join(", ") }},
            count(*) as line_count
        from {{ source("bronze_apple", "financial_detail_report") }}
        group by {{ cells | join(", ") }}, _file_id
    ),

    per_line as (
        select
            {{ cells | join(", ") }},
            max(line_count) as line_count
        from per_file
        group by {{ cells | join(", ") }}
    ),

    details as (
        select
            partner_share_currency as currency,
            sum(line_count) as line_count,
            sum(line_count * {{ to_decimal("extended_partner_share", "decimal(28, 9)") }}) as amount
        from per_line
        group by partner_share_currency
    ),

    silver_details as (
        select
            detail.partner_share_currency as currency,
            count(*) as line_count,
            sum(found.net_minor) as net_minor
        from found
        inner join {{ source("bronze_apple", "financial_detail_report") }} as detail
            on found.movement_id = concat_ws(':', detail._file_id, cast(detail._record as string))
        group by detail.partner_share_currency
    ),

    summaries as (
        select
            summary.partner_share_currency as currency,
            count(*) as line_count,
            sum({{ to_decimal("summary.extended_partner_share", "decimal(28, 9)") }}) as amount,
            sum(found.net_minor) as net_minor
        from found
        inner join {{ source("bronze_apple", "financial_report") }} as summary
            on found.movement_id = concat_ws(':', summary._file_id, cast(summary._record as string))
        group by summary.partner_share_currency
    ),

    compared as (
        select
            'financial_detail_report' as report,
            coalesce(details.currency, silver_details.currency) as currency,
            details.line_count,
            details.amount,
            silver_details.line_count as silver_line_count,
            silver_details.net_minor
        from details
        full outer join silver_details on details.currency = silver_details.currency
        union all
        select
            'financial_report' as report,
            currency,
            line_count,
            amount,
            line_count as silver_line_count,
            net_minor
        from summaries
    )

    select
        compared.report,
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
        'financial reports' as report,
        currency,
        concat_ws(':', source_file_id, cast(source_record as string)) as bronze_has,
        'no exact amount' as silver_has,
        null as bronze_amount,
        null as silver_minor
    from {{ ref("stg_apple__proceeds") }}
    where quantity is null or share_minor is null or price_minor is null or fiscal_month is null or sold_on is null
    union all
    select
        'payments_report' as report,
        currency,
        concat_ws(':', source_file_id, cast(source_record as string)) as bronze_has,
        'no exact amount' as silver_has,
        null as bronze_amount,
        null as silver_minor
    from {{ ref("stg_apple__payments") }}
    where owed_minor is null or proceeds_minor is null or fiscal_month is null
    union all
    select
        'server_notifications' as report,
        currency,
        notification_id as bronze_has,
        'no exact amount' as silver_has,
        price_text as bronze_amount,
        null as silver_minor
    from {{ ref("stg_apple__notifications") }}
    where price_text is not null and price_minor is null
{%- else %}
    select 'apple' as report
    where false
{%- endif %}
