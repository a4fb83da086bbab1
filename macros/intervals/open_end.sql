{#- End of an interval that has not ended: intervals are half-open, [valid_from, valid_to). -#}
{% macro open_end() -%}
    timestamp '9999-12-31 00:00:00'
{%- endmacro %}
