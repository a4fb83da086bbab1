{#- The sum of the whole `amount`s in an array of structs; 0 for none. -#}
{% macro sum_of_amounts(array) -%}
    coalesce(aggregate({{ array }}, cast(0 as bigint), (total, part) -> total + {{ whole_units("part.amount") }}), 0)
{%- endmacro %}
