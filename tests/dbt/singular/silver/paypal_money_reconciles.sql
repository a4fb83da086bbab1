-- Failing means: PayPal's money in silver is not that of its reports. A row with a file is a cell that became null:
-- no whole minor unit, a currency that seeds/currency_exponents.csv does not know, a fee in another currency than its
-- payment. A row without is a currency whose number or sum differs: a transaction was lost, or counted twice.
{%- set own_columns %}
    coalesce(nullif(transaction_id, ''), concat(_file_id, ':', _record)) as id,
    transaction_event_code as code,
    transaction_debit_or_credit as direction,
    upper(gross_transaction_currency) as currency,
    cast(gross_transaction_amount as bigint) * if(transaction_debit_or_credit = 'CR', 1, -1) as gross,
    cast(nullif(fee_amount, '') as bigint) * if(fee_debit_or_credit = 'CR', 1, -1) as fee,
    _file_id
{%- endset %}
{%- if "paypal" in landed_providers() %}
    with cells as (
        select
            1 as report_rank,
            {{ own_columns }}
        from {{ source("bronze_paypal", "settlement") }}
        union all
        select
            2 as report_rank,
            {{ own_columns }}
        from {{ source("bronze_paypal", "transaction_detail") }}
        where
            (
                coalesce(transactional_status, '') in ('', 'S', 'F', 'V')
                or (transactional_status = 'P' and transaction_event_code like 'T04%')
            )
            and substring(transaction_event_code, 1, 3) not in ('T13', 'T98', 'T99')
    ),

    -- Each transaction by one of the files that tell it; settlement reports first.
    per_file as (
        select
            report_rank,
            id,
            code,
            direction,
            currency,
            _file_id,
            count(*) as row_count,
            sum(gross + coalesce(fee, 0)) as hundredths
        from cells
        group by report_rank, id, code, direction, currency, _file_id
    ),

    bronze as (
        select
            currency,
            sum(row_count) as row_count,
            sum(hundredths) as hundredths
        from (
            select
                *,
                row_number() over (partition by id, code, direction, currency order by report_rank, _file_id) as choice
            from per_file
        ) as files
        where choice = 1
        group by currency
    ),

    silver as (
        select
            movements.currency,
            count(*) as row_count,
            cast(sum(movements.net_minor * if(exponents.exponent = 0, 100, 1)) as bigint) as hundredths
        from {{ ref("balance_movements") }} as movements
        inner join {{ ref("currency_exponents") }} as exponents
            on movements.currency = exponents.currency and exponents.provider = 'paypal'
        where movements.provider = 'paypal'
        group by movements.currency
    )

    select
        cast(null as string) as source_file_id,
        cast(null as bigint) as source_record,
        coalesce(bronze.currency, silver.currency) as currency,
        bronze.row_count as bronze_rows,
        silver.row_count as silver_rows,
        bronze.hundredths as bronze_hundredths,
        silver.hundredths as silver_hundredths
    from bronze
    full outer join silver on bronze.currency = silver.currency
    where bronze.row_count is distinct from silver.row_count or bronze.hundredths is distinct from silver.hundredths
    {%- for model in ["stg_paypal__settlement", "stg_paypal__transaction_detail"] %}
        union all
        select
            source_file_id,
            source_record,
            currency,
            null as bronze_rows,
            null as silver_rows,
            null as bronze_hundredths,
            null as silver_hundredths
        from {{ ref(model) }}
        where gross_minor is null or fee_minor is null
    {%- endfor %}
{%- else %}
    select 1 as nothing_landed
    where false
{%- endif %}
