{#- As much for every calendar month; the first counts, the last does not, and the last that counts takes the remainder. -#}
{% macro recognised_even_months(amount, month_date) -%}
    {%- set first = month_number(reporting_date("service_from")) -%}
    {{ equal_parts(
        amount, month_number(month_date) ~ " - " ~ first,
        month_number(reporting_date("service_to")) ~ " - " ~ first
    ) }}
{%- endmacro %}
