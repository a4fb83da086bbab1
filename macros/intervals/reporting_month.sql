{#- The first day of an instant's month in the one reporting time zone. -#}
{% macro reporting_month(instant) -%}
    cast(date_trunc('month', {{ reporting_date(instant) }}) as date)
{%- endmacro %}
