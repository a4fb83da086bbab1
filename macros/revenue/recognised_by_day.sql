{#- The part of the days; the first counts, the last does not. -#}
{% macro recognised_by_day(amount, month_date) -%}
    {%- set first, last = reporting_date("service_from"), reporting_date("service_to") -%}
    {{ share_of(
        amount, "cast(datediff(" ~ month_date ~ ", " ~ first ~ ") as bigint)",
        "cast(datediff(" ~ last ~ ", " ~ first ~ ") as bigint)"
    ) }}
{%- endmacro %}
