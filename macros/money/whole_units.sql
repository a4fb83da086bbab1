{#- An integer that a JSON export wrote as text: '1250', '1250.0' and '1.25E3' are 1250; '12.5' and 'abc' are null. -#}
{% macro whole_units(number_text) -%}
    {%- set number = to_decimal(number_text, "decimal(28, 9)") -%}
    case when {{ number }} = floor({{ number }}) then cast({{ number }} as bigint) end
{%- endmacro %}
