{#- One `create table as` over the rows: dbt's create and insert would need a drop that Sail does not do. -#}
{% materialization seed, adapter="sail" %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set rows = load_agate_table() -%}
    {% do store_result("agate_table", response="OK", agate_table=rows) %}
    {{ run_hooks(pre_hooks) }}
    {% do sail_build_table(relation, sail_seed_select(rows)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}


{% macro sail_seed_select(rows) %}
    {%- set types = model["config"].get("column_types", {}) -%}
    select
    {%- for name in rows.column_names %}
        cast(column_{{ loop.index }} as {{ types.get(name, adapter.convert_type(rows, loop.index0)) }}) as {{ adapter.quote(name) }}
        {{- "," if not loop.last }}
    {%- endfor %}
    from values
    {%- for row in rows.rows %}
        ({% for value in row %}{{ sail_text(value) }}{{ ", " if not loop.last }}{% endfor %}){{ "," if not loop.last }}
    {%- endfor %}
    as seed({% for name in rows.column_names %}column_{{ loop.index }}{{ ", " if not loop.last }}{% endfor %})
{% endmacro %}


{% macro sail_text(value) -%}
    {{ "cast(null as string)" if value is none else "'" ~ (value | string | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'" }}
{%- endmacro %}
