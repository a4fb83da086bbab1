{#- Minor units of an amount in a report, which is in hundredths of every currency: 15000 are 150 yen. Null where the text is
    no whole number, is no whole minor unit, or the currency is unknown; tests/dbt/singular/silver/paypal_money_reconciles.sql
    lists such cells. -#}
{% macro paypal_minor_units(hundredths_text, exponent) -%}
    case
        when {{ exponent }} = 2 then {{ whole_units(hundredths_text) }}
        when {{ exponent }} = 0 and {{ whole_units(hundredths_text) }} % 100 = 0
            then {{ whole_units(hundredths_text) }} div 100
    end
{%- endmacro %}
