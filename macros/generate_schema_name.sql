{#- A folder's schema is its name in every target: bronze, silver and gold are places, not suffixes of a user's schema. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
