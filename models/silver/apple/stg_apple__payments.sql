{{ config(materialized="ephemeral") }}
{%- set months -%}
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'
{%- endset %}
{%- set title = "regexp_extract(cells, '[(]([A-Za-z]+), *([0-9]{4})[)]', " %}
with titles as (
    select
        _file_id,
        max(try_cast(concat(
            {{ title }}2), '-', lpad(cast(array_position(array({{ months }}), {{ title }}1)) as string), 2, '0'), '-01'
        ) as date)) as fiscal_month
    from {{ source("bronze_apple", "report_frames") }}
    where export = 'payments_report' and kind = 'preamble'
    group by _file_id
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'apple'
),

regions as (
    select
        titles.fiscal_month,
        page.region_currency as region,
        regexp_extract(page.region_currency, '[(]([A-Z]{3})[)]', 1) as currency,
        page.input_tax,
        page.adjustments,
        page.withholding_tax,
        page.total_owed,
        page.proceeds,
        page.bank_account_currency as bank_currency,
        page._file_id as source_file_id,
        page._record as source_record,
        -- The page of a month can be downloaded again.
        row_number() over (
            partition by titles.fiscal_month, page.region_currency
            order by page._file_id, page._record
        ) as delivery
    from {{ source("bronze_apple", "payments_report") }} as page
    left join titles on page._file_id = titles._file_id
),

final as (
    select
        regions.fiscal_month,
        regions.region,
        regions.currency,
        regions.bank_currency,
        concat(cast(regions.fiscal_month as string), ':', regions.bank_currency) as payout_id,
        {%- for name in ["input_tax", "adjustments", "withholding_tax"] %}
            coalesce({{ minor_units("nullif(regions." ~ name ~ ", '')", "own.exponent") }}, 0L) as {{ name }}_minor,
        {%- endfor %}
        {{ minor_units("regions.total_owed", "own.exponent") }} as owed_minor,
        {{ minor_units("regions.proceeds", "bank.exponent") }} as proceeds_minor,
        regions.source_file_id,
        regions.source_record
    from regions
    left join exponents as own on regions.currency = own.currency
    left join exponents as bank on regions.bank_currency = bank.currency
    where regions.delivery = 1
)

select * from final
