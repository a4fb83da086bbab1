{#- Exact minor units of a decimal text in major units: '12.50' with exponent 2 is 1250, '500' with exponent 0 is 500.
    Null where the text is no number, has more decimals than the currency, or the currency is unknown: money is never
    rounded on its way in. tests/dbt/singular/silver/stripe_money_parses.sql lists such cells. -#}
{% macro minor_units(amount_text, exponent) -%}
    {%- set scaled -%}
        {{ to_decimal('trim(' ~ amount_text ~ ')', 'decimal(28, 9)') }}
        * case {{ exponent }}
            when 0 then cast(1 as decimal(4, 0))
            when 2 then cast(100 as decimal(4, 0))
            when 3 then cast(1000 as decimal(4, 0))
        end
    {%- endset -%}
    case when {{ scaled }} = floor({{ scaled }}) then cast({{ scaled }} as bigint) end
{%- endmacro %}
