{#- Exact minor units of an integer text in thousandths of the currency: '12990' is 1299 with exponent 2. Null where the text
    is no integer, is finer than the minor unit, or the currency is unknown. -#}
{% macro milli_units(amount_text, exponent) -%}
    {%- set amount = whole_units(amount_text) -%}
    {%- set step = "case " ~ exponent ~ " when 0 then 1000L when 2 then 10L when 3 then 1L end" -%}
    case when {{ amount }} % ({{ step }}) = 0 then {{ amount }} div ({{ step }}) end
{%- endmacro %}
