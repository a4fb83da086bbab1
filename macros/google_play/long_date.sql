{#- The date of a text like 'Nov 1, 2019'; null where it is none. -#}
{% macro long_date(text) -%}
    try_cast(concat_ws(
        '-',
        regexp_extract({{ text }}, '([0-9]{4})$', 1),
        lpad(cast((instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr({{ text }}, 1, 3)) + 2) div 3 as string), 2, '0'),
        lpad(regexp_extract({{ text }}, ' ([0-9]+),', 1), 2, '0')
    ) as date)
{%- endmacro %}
