{#- Whether an instant lies in the half-open interval [valid_from, valid_to). -#}
{% macro is_within(instant, valid_from="valid_from", valid_to="valid_to") -%}
    ({{ instant }} >= {{ valid_from }} and {{ instant }} < {{ valid_to }})
{%- endmacro %}
