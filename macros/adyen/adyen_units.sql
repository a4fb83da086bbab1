{#- Minor units of a cell that may be empty, which is nothing: a debit beside its credit, a part of a fee. -#}
{% macro adyen_units(cell, exponent) -%}
    case
        when trim(coalesce({{ cell }}, '')) = '' then 0L
        else {{ minor_units(cell, exponent) }}
    end
{%- endmacro %}
