{#- The first and the last month by time where the service covers only a part of them; the rest evenly over those between. -#}
{% macro recognised_even_months_prorated(amount, month_date) -%}
    {%- set whole = "unix_micros(service_to) - unix_micros(service_from)" -%}
    {%- set first_day, last_day = reporting_date("service_from"), reporting_date("service_to") -%}
    {%- set first_month, last_month = reporting_month("service_from"), reporting_month("service_to") -%}
    {%- set is_partial = "service_from > " ~ starts_at(first_month) -%}
    {%- set first -%}
        if({{ is_partial }}, {{ share_of(
            amount,
            "unix_micros(" ~ starts_at("add_months(" ~ first_month ~ ", 1)") ~ ") - unix_micros(service_from)", whole
        ) }}, 0L)
    {%- endset -%}
    {%- set last -%}
        {{ share_of(amount, "unix_micros(service_to) - unix_micros(" ~ starts_at(last_month) ~ ")", whole) }}
    {%- endset -%}
    {%- set before = "(" ~ month_number(first_day) ~ " + if(" ~ is_partial ~ ", 1L, 0L))" -%}
    {{ first }} + {{ equal_parts(
        "(" ~ amount ~ " - " ~ first ~ " - " ~ last ~ ")", month_number(month_date) ~ " - " ~ before,
        month_number(last_day) ~ " - " ~ before
    ) }}
{%- endmacro %}
