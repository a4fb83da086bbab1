{#- The date of a text like 10/31/2020; null where it is none. -#}
{% macro american_date(text) -%}
    try_cast(concat_ws('-', substr({{ text }}, 7, 4), substr({{ text }}, 1, 2), substr({{ text }}, 4, 2)) as date)
{%- endmacro %}
