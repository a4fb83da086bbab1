{#- A text as an exact decimal; null where it is no number. On Sail a text with an exponent ('1.25E3') goes by way of double,
    exact to 15 digits: its cast to decimal knows no exponents. -#}
{% macro to_decimal(text, type) -%}
    {%- if target.type == 'sail' -%}
        coalesce(try_cast({{ text }} as {{ type }}), try_cast(try_cast({{ text }} as double) as {{ type }}))
    {%- else -%}
        try_cast({{ text }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
