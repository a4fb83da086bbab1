-- Failing means: rows of Braintree's fee reports stand in silver twice or never (a row with both sums of a currency),
-- or a cell with money became null there (a row with its table and file): no number, more decimals than the currency
-- has, or a currency that seeds/currency_exponents.csv does not know.
{%- if not execute or "braintree" in landed_providers() %}
    with lines as (
        select
            transaction_id,
            lower(transaction_type) as type,
            upper(settlement_currency) as currency,
            abs({{ to_decimal("settlement_amount", "decimal(28, 9)") }}) as amount,
            count(*) as line_count
        from {{ source("bronze_braintree", "transaction_fees") }}
        group by transaction_id, type, currency, amount, _file_id
    ),

    -- A row stands as often as in the file that has it most often.
    once as (
        select
            transaction_id,
            type,
            currency,
            amount,
            max(line_count) as line_count
        from lines
        group by transaction_id, type, currency, amount
    ),

    bronze as (
        select
            once.currency,
            sum(once.line_count) as movements,
            cast(
                sum(once.amount * once.line_count) * max(cast(power(10, exponents.exponent) as int)) as bigint
            ) as moved_minor
        from once
        left join {{ finest_units() }} as exponents
            on once.currency = exponents.currency
        group by once.currency
    ),

    silver as (
        select
            currency,
            count(*) as movements,
            cast(sum(abs(gross_minor)) as bigint) as moved_minor
        from {{ ref("balance_movements") }}
        where
            provider = 'braintree'
            and source_id in (
                select landed.transaction_id from {{ source("bronze_braintree", "transaction_fees") }} as landed
            )
        group by currency
    ),

    unread as (
        select
            'transaction_fees' as bronze_table,
            source_file_id
        from {{ ref("stg_braintree__transaction_fees") }}
        where settled_minor is null or paid_fee_minor is null or disbursed_on is null
        union all
        select
            'transactions' as bronze_table,
            source_file_id
        from {{ ref("int_braintree__transactions") }}
        where amount_minor is null or (disbursed_on is not null and settled_minor is null)
        union all
        select
            'disputes' as bronze_table,
            source_file_id
        from {{ ref("stg_braintree__disputes") }}
        where amount_minor is null
        union all
        select
            'plans' as bronze_table,
            source_file_id
        from {{ ref("stg_braintree__plans") }}
        where unit_amount_minor is null
        union all
        select
            'subscriptions' as bronze_table,
            source_file_id
        from {{ ref("int_braintree__subscription_states") }}
        where price_minor is null
    )

    select
        'balance_movements' as compared,
        coalesce(bronze.currency, silver.currency) as currency,
        bronze.movements as bronze_movements,
        silver.movements as silver_movements,
        bronze.moved_minor as bronze_moved_minor,
        silver.moved_minor as silver_moved_minor,
        cast(null as string) as source_file_id
    from bronze
    full outer join silver on bronze.currency = silver.currency
    where
        bronze.movements is distinct from silver.movements
        or bronze.moved_minor is distinct from silver.moved_minor
    union all
    select
        bronze_table as compared,
        cast(null as string) as currency,
        cast(null as bigint) as bronze_movements,
        cast(null as bigint) as silver_movements,
        cast(null as bigint) as bronze_moved_minor,
        cast(null as bigint) as silver_moved_minor,
        source_file_id
    from unread
{%- else %}
    select 'braintree never landed' as compared
    where false
{%- endif %}
