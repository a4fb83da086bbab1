{{ config(materialized="ephemeral") }}
{%- set shared = [
    "quantity", "extended_partner_share", "partner_share_currency", "sale_or_return", "apple_identifier",
    "product_type_identifier", "country_of_sale", "promo_code", "customer_price", "customer_currency",
] %}
{%- set cells = ["report", "fiscal_month", "sold_on", "sku"] + shared %}
with preambles as (
    select
        _file_id,
        get_json_object(cells, '$[0]') as name,
        get_json_object(cells, '$[1]') as cell
    from {{ source("bronze_apple", "report_frames") }}
    where export = 'financial_detail_report' and kind = 'preamble'
),

periods as (
    select
        _file_id,
        max(case when name = 'Start Date' then {{ american_date("cell") }} end) as first_date,
        max(case when name = 'End Date' then {{ american_date("cell") }} end) as last_date
    from preambles
    group by _file_id
),

lines as (
    select
        'detail' as report,
        {{ fiscal_month("periods.first_date", "periods.last_date") }} as fiscal_month,
        periods.last_date,
        {{ american_date("detail.transaction_date") }} as sold_on,
        detail.sku,
        {%- for column in shared %}
            detail.{{ column }},
        {%- endfor %}
        detail._file_id as source_file_id,
        detail._record as source_record
    from {{ source("bronze_apple", "financial_detail_report") }} as detail
    left join periods on detail._file_id = periods._file_id
    union all
    select
        'summary' as report,
        {{ fiscal_month(american_date("start_date"), american_date("end_date")) }} as fiscal_month,
        {{ american_date("end_date") }} as last_date,
        {{ american_date("end_date") }} as sold_on,
        vendor_identifier as sku,
        {%- for column in shared %}
            {{ column }},
        {%- endfor %}
        _file_id as source_file_id,
        _record as source_record
    from {{ source("bronze_apple", "financial_report") }}
),

-- The same sales are in a report of one region and in that of all of them.
delivered as (
    {{ delivered_once(cells) }}
),

-- And in both kinds of report: the one with transaction dates is taken where a month and country has it.
chosen as (
    select
        *,
        min(report) over (partition by fiscal_month, partner_share_currency, country_of_sale) as best_report
    from delivered
    where delivery = 1
),

exponents as (
    select
        currency,
        exponent
    from {{ ref("currency_exponents") }}
    where provider = 'apple'
),

final as (
    select
        chosen.fiscal_month,
        chosen.last_date,
        chosen.sold_on,
        chosen.sku,
        chosen.sale_or_return,
        {{ whole_units("chosen.quantity") }} as quantity,
        chosen.partner_share_currency as currency,
        {{ minor_units("chosen.extended_partner_share", "proceeds.exponent") }} as share_minor,
        chosen.customer_currency,
        abs({{ minor_units("chosen.customer_price", "sale.exponent") }}) as price_minor,
        chosen.source_file_id,
        chosen.source_record
    from chosen
    left join exponents as proceeds on chosen.partner_share_currency = proceeds.currency
    left join exponents as sale on chosen.customer_currency = sale.currency
    where chosen.report = chosen.best_report
)

select * from final
