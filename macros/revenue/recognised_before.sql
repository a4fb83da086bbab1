{#- What of an amount a line's service has earned before the first instant of a month, in minor units, by the project's method.
    Reads the line's service_from and service_to. docs/decisions/2026-11-22-recognised-revenue.md -#}
{% macro recognised_before(amount, month_date) -%}
    {%- set method = chosen("revenue_method", ["by_time", "by_day", "even_months", "even_months_prorated"]) -%}
    {%- set bound = starts_at(month_date) -%}
    {%- if method == "by_day" -%}
        {%- set part = recognised_by_day(amount, month_date) -%}
    {%- elif method == "even_months" -%}
        {%- set part = recognised_even_months(amount, month_date) -%}
    {%- elif method == "even_months_prorated" -%}
        {%- set part = recognised_even_months_prorated(amount, month_date) -%}
    {%- else -%}
        {%- set part = recognised_by_time(amount, bound) -%}
    {%- endif -%}
    cast(case
        when {{ bound }} <= service_from then 0L
        when {{ bound }} >= service_to then {{ amount }}
        else {{ part }}
    end as bigint)
{%- endmacro %}
