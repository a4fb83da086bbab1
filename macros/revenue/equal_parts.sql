{#- The first so many of equal parts of an amount, each rounded towards zero; the last one takes the remainder. -#}
{% macro equal_parts(amount, done, parts) -%}
    case
        when ({{ done }}) <= 0 then 0L
        when ({{ done }}) >= ({{ parts }}) then {{ amount }}
        else ({{ done }}) * ({{ amount }} div ({{ parts }}))
    end
{%- endmacro %}
