{#- The month that Apple calls a fiscal month by: the one of its middle, since it begins and ends up to a week beside it. -#}
{% macro fiscal_month(first_date, last_date) -%}
    cast(date_trunc('month', date_add({{ first_date }}, cast(datediff({{ last_date }}, {{ first_date }}) div 2 as int))) as date)
{%- endmacro %}
