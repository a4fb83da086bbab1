{#- A seed is one `create table as` over its rows. dbt's own way, drop, create and insert, shows an empty table meanwhile, and on
    Sail, whose drop leaves the rows, doubles them. -#}
{% materialization seed, adapter="paylake" %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set rows = load_agate_table() -%}
    {% do store_result("agate_table", response="OK", agate_table=rows) %}
    {{ run_hooks(pre_hooks) }}
    {% do build_table(relation, paylake_seed_select(rows)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}


{% macro paylake_seed_select(rows) %}
    {%- set types = model["config"].get("column_types", {}) -%}
    select
    {%- for name in rows.column_names %}
        cast(column_{{ loop.index }} as {{ types.get(name, adapter.convert_type(rows, loop.index0)) }}) as {{ adapter.quote(name) }}
        {{- "," if not loop.last }}
    {%- endfor %}
    from values
    {%- for row in rows.rows %}
        ({% for value in row %}{{ paylake_text(value) }}{{ ", " if not loop.last }}{% endfor %}){{ "," if not loop.last }}
    {%- endfor %}
    as seed({% for name in rows.column_names %}column_{{ loop.index }}{{ ", " if not loop.last }}{% endfor %})
{% endmacro %}


{% macro paylake_text(value) -%}
    {{ "cast(null as string)" if value is none else "'" ~ (value | string | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'" }}
{%- endmacro %}
