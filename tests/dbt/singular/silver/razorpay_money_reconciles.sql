-- Failing means: money of Razorpay's settlement lines in bronze is not the money of silver's settled movements, or a
-- cell that holds money became null: no number, more decimals than the currency has, or a currency without an exponent.
-- Bronze counts a line as often as the file that has it most often: copies in other files are deliveries of the same.
-- depends_on: {{ ref("stg_razorpay__recon_lines") }} {{ ref("balance_movements") }}
-- depends_on: {{ source("bronze_razorpay", "payments") }}
{% if not execute or "razorpay" in landed_providers() -%}
    with lines as (
        select * from {{ ref("stg_razorpay__recon_lines") }}
    ),

    per_file as (
        select
            source_file_id,
            entity_id,
            entity_type,
            settlement_id,
            debit_minor,
            credit_minor,
            currency,
            count(*) as copies
        from lines
        where settlement_id is not null
        group by source_file_id, entity_id, entity_type, settlement_id, debit_minor, credit_minor, currency
    ),

    once as (
        select
            currency,
            credit_minor - debit_minor as net_minor,
            max(copies) as copies
        from per_file
        group by entity_id, entity_type, settlement_id, debit_minor, credit_minor, currency
    ),

    bronze as (
        select
            currency,
            sum(copies) as movements,
            sum(copies * {{ common_units("razorpay", "net_minor", "currency") }}) as net_minor
        from once
        group by currency
    ),

    silver as (
        select
            currency,
            count(*) as movements,
            sum(net_minor) as net_minor
        from {{ ref("balance_movements") }}
        where provider = 'razorpay' and payout_id is not null and type <> 'payout'
        group by currency
    ),

    differences as (
        select
            coalesce(bronze.currency, silver.currency) as what,
            concat_ws(
                ' / ', bronze.movements, silver.movements, bronze.net_minor, silver.net_minor
            ) as bronze_and_silver
        from bronze
        full outer join silver on bronze.currency = silver.currency
        where
            bronze.movements is distinct from silver.movements
            or bronze.net_minor is distinct from silver.net_minor
    ),

    unparsed as (
        select
            concat('line of the recon ', export) as what,
            concat(source_file_id, ':', source_record) as bronze_and_silver
        from lines
        where
            amount_minor is null or fee_minor is null or tax_minor is null
            or debit_minor is null or credit_minor is null
        {%- for table, columns in {
            "payments": ["amount", "base_amount", "fee", "tax"],
            "refunds": ["amount", "base_amount"],
            "disputes": ["amount", "amount_deducted"],
            "settlements": ["amount"],
            "invoices": ["amount", "gross_amount", "tax_amount", "amount_paid", "amount_due"],
        }.items() %}
            union all
            select
                '{{ table }}' as what,
                concat(_file_id, ':', _record) as bronze_and_silver
            from {{ source("bronze_razorpay", table) }}
            where
                false
                {%- for column in columns %}
                    or ({{ column }} <> '' and {{ whole_units(column) }} is null)
                {%- endfor %}
        {%- endfor %}
    )

    select * from differences
    union all
    select * from unparsed
{%- else -%}
    select 1 as nothing_landed
    where false
{%- endif %}
