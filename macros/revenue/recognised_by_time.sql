{#- The part of the time. -#}
{% macro recognised_by_time(amount, bound) -%}
    {{ share_of(
        amount, "unix_micros(" ~ bound ~ ") - unix_micros(service_from)",
        "unix_micros(service_to) - unix_micros(service_from)"
    ) }}
{%- endmacro %}
