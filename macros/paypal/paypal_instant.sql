{#- The instant of a report's time, which has its offset: 2026/01/06 00:00:30 -0800. -#}
{% macro paypal_instant(time_text) -%}
    try_cast(
        concat(
            replace(substring({{ time_text }}, 1, 19), '/', '-'),
            substring({{ time_text }}, 21, 3), ':', substring({{ time_text }}, 24, 2)
        ) as timestamp
    )
{%- endmacro %}
