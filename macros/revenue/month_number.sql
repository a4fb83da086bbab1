{#- Months counted from the year 0, so that a difference is a number of calendar months. -#}
{% macro month_number(date) -%}
    (cast(year({{ date }}) as bigint) * 12 + month({{ date }}))
{%- endmacro %}
