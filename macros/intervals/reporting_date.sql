{#- The date of an instant in the one reporting time zone. -#}
{% macro reporting_date(instant) -%}
    cast(from_utc_timestamp({{ instant }}, '{{ var("reporting_time_zone", "UTC") }}') as date)
{%- endmacro %}
