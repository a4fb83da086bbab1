-- Failing means: lines of Adyen's settlement details are in silver twice or not at all (a row with both sums of a
-- currency), or a cell became null there (a row with its file and record): no number, more decimals than the currency
-- has, a currency that seeds/currency_exponents.csv does not know, a zone that the macro adyen_instant does not know.
{%- if not execute or "adyen" in landed_providers() %}
    with lines as (
        select
            merchant_account,
            batch_number,
            type,
            psp_reference,
            modification_reference,
            creation_date,
            timezone,
            upper(trim(net_currency)) as currency,
            coalesce({{ to_decimal("net_credit_nc", "decimal(28, 9)") }}, 0)
            - coalesce({{ to_decimal("net_debit_nc", "decimal(28, 9)") }}, 0) as net,
            coalesce({{ to_decimal("gross_credit_gc", "decimal(28, 9)") }}, 0)
            - coalesce({{ to_decimal("gross_debit_gc", "decimal(28, 9)") }}, 0) as gross,
            count(*) as line_count
        from {{ source("bronze_adyen", "settlement_detail") }}
        group by
            merchant_account, batch_number, type, psp_reference, modification_reference, creation_date, timezone,
            currency, net, gross, _file_id
    ),

    -- A line stands as often as in the file that has it most often.
    once as (
        select
            currency,
            net,
            max(line_count) as line_count
        from lines
        group by
            merchant_account, batch_number, type, psp_reference, modification_reference, creation_date, timezone,
            currency, net, gross
    ),

    bronze as (
        select
            once.currency,
            sum(once.line_count) as movements,
            cast(sum(once.net * once.line_count) * max(cast(power(10, exponents.exponent) as int)) as bigint)
                as net_minor
        from once
        left join {{ finest_units() }} as exponents
            on once.currency = exponents.currency
        group by once.currency
    ),

    silver as (
        select
            currency,
            count(*) as movements,
            cast(sum(net_minor) as bigint) as net_minor
        from {{ ref("balance_movements") }}
        where
            provider = 'adyen'
            and source_file_id in (
                select landed._file_id from {{ source("bronze_adyen", "settlement_detail") }} as landed
            )
        group by currency
    ),

    unread as (
        select
            'settlement_detail' as bronze_table,
            source_file_id,
            source_record
        from {{ ref("stg_adyen__settlement_details") }}
        where
            net_minor + commission_minor + markup_minor + scheme_minor + interchange_minor is null
            or occurred_at is null
        union all
        select
            'payment_accounting' as bronze_table,
            source_file_id,
            source_record
        from {{ ref("stg_adyen__payment_accounting") }}
        where
            received_minor + authorised_minor + captured_minor is null
            or net_minor + commission_minor + markup_minor + scheme_minor + interchange_minor is null
            or booked_at is null
        union all
        select
            'dispute_report' as bronze_table,
            source_file_id,
            source_record
        from {{ ref("stg_adyen__dispute_records") }}
        where amount_minor is null or recorded_at is null
    )

    select
        'balance_movements' as compared,
        coalesce(bronze.currency, silver.currency) as currency,
        bronze.movements as bronze_movements,
        silver.movements as silver_movements,
        bronze.net_minor as bronze_net_minor,
        silver.net_minor as silver_net_minor,
        cast(null as string) as source_file_id,
        cast(null as bigint) as source_record
    from bronze
    full outer join silver on bronze.currency = silver.currency
    where bronze.movements is distinct from silver.movements or bronze.net_minor is distinct from silver.net_minor
    union all
    select
        bronze_table as compared,
        cast(null as string) as currency,
        cast(null as bigint) as bronze_movements,
        cast(null as bigint) as silver_movements,
        cast(null as bigint) as bronze_net_minor,
        cast(null as bigint) as silver_net_minor,
        source_file_id,
        source_record
    from unread
{%- else %}
    select 'adyen never landed' as compared
    where false
{%- endif %}
