{#- The type of a JSON object of which these fields are read, as texts. -#}
{% macro struct_of_text(fields) -%}
    struct<{% for field in fields %}{{ field }}: string{{ ", " if not loop.last }}{% endfor %}>
{%- endmacro %}
