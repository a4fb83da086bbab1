{#- The instant of epoch milliseconds that an export wrote as text; null stays null. -#}
{% macro from_epoch_millis(milliseconds_text) -%}
    timestamp_millis(cast(try_cast({{ milliseconds_text }} as decimal(28, 9)) as bigint))
{%- endmacro %}
