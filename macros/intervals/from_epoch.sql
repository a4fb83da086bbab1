{#- The instant of epoch seconds that an export wrote as text; null stays null. -#}
{% macro from_epoch(seconds_text) -%}
    timestamp_seconds(cast(try_cast({{ seconds_text }} as decimal(28, 9)) as bigint))
{%- endmacro %}
