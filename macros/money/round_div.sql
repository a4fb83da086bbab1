{#- Integer division rounded half away from zero, exact for any bigint up to 4.6e18; the denominator is positive. -#}
{% macro round_div(num, den) -%}
    (case when ({{ num }}) < 0 then -1 else 1 end * ((2 * abs({{ num }}) + ({{ den }})) div (2 * ({{ den }}))))
{%- endmacro %}
