{#- dbt's `source`; of a provider that never landed, whose bronze tables are not there, no rows under the same names. -#}
{% macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if execute and model.resource_type != "unit_test" -%}
        {{ return(adapter.empty_bronze(source_name, table_name) or relation) }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
