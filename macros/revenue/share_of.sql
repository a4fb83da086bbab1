{#- The share part / whole of an amount in minor units, rounded half away from zero; nothing where the whole is nothing.
    Exact for any bigints. -#}
{% macro share_of(amount, part, whole) -%}
    if({{ whole }} > 0, {{ round_div(
        "(cast(" ~ amount ~ " as decimal(38, 0)) * (" ~ part ~ "))", "greatest(" ~ whole ~ ", 1L)"
    ) }}, 0L)
{%- endmacro %}
