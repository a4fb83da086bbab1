-- Failing means: a cell that holds money in bronze became null in silver: no number, more decimals than the currency
-- has, or a currency that seeds/currency_exponents.csv does not know. Sums would be short without anybody noticing.
{%- if not execute or "stripe" in landed_providers() %}
{%- set cells = [
    ("charges", ["amount", "amount_captured"]),
    ("refunds", ["amount"]),
    ("disputes", ["amount"]),
    ("invoices", ["subtotal", "total", "amount_paid", "amount_due", "tax"]),
    ("balance_transactions", ["amount", "fee", "net"]),
    ("payouts", ["amount"]),
    ("payment_intents", ["amount"]),
    ("prices", ["unit_amount"]),
    ("plans", ["amount"]),
    ("coupons", ["amount_off"]),
] %}
    {%- for table, columns in cells %}
        select
            '{{ table }}' as bronze_table,
            _file_id as source_file_id,
            _record as source_record
        from {{ source("bronze_stripe", table) }}
        where
            false
            {%- for column in columns %}
                or ({{ column }} <> '' and {{ whole_units(column) }} is null)
            {%- endfor %}
        union all
    {%- endfor %}
    select
        report as bronze_table,
        source_file_id,
        source_record
    from {{ ref("stg_stripe__report_lines") }}
    where gross_minor is null or fee_minor is null or net_minor is null
{%- else %}
    select 'stripe never landed' as bronze_table
    where false
{%- endif %}
