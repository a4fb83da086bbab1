{#- Providers whose bronze tables exist. A unit test says itself which these are:
    overrides: {macros: {landed_providers: [stripe]}}. -#}
{% macro landed_providers() -%}
    {{ return(adapter.landed_providers()) }}
{%- endmacro %}
