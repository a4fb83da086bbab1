{#- The first instant of a date in the one reporting time zone. -#}
{% macro starts_at(date) -%}
    to_utc_timestamp(cast({{ date }} as timestamp), '{{ var("reporting_time_zone", "UTC") }}')
{%- endmacro %}
