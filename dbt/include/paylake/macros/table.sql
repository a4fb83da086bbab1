{#- A model as a table; how one is built is each engine's own, below and in the macros of sail. -#}
{% materialization table, adapter="paylake", supported_languages=["sql"] %}
    {%- set relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {% do build_table(relation, sql) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}


{#- Nothing is done where the SQL of a table and every table in that SQL are as they were when it was built, nor for a step of a
    provider that never landed: nobody reads it. -#}
{% macro build_table(relation, sql) %}
    {%- set existing = load_cached_relation(relation) -%}
    {%- set inputs = paylake_inputs(sql) -%}
    {% if adapter.is_of_absent_provider(model.fqn) %}
        {% do store_raw_result(name="main", message="OK (never landed)", code="OK", rows_affected="0") %}
    {% elif existing is not none and not should_full_refresh() and adapter.is_built_from(relation, inputs) %}
        {% do paylake_say_unchanged() %}
    {% else %}
        {% do adapter.dispatch("replace_table", "dbt")(relation, existing, sql) %}
        {% do adapter.note_built(relation, inputs) %}
    {% endif %}
{% endmacro %}


{#- One statement a table. -#}
{% macro paylake__replace_table(relation, existing, sql) %}
    {% if existing is not none and existing.is_view and model.resource_type == "model" %}
        {% do adapter.drop_relation(existing) %}
        {% set existing = none %}
    {% endif %}
    {% call statement("main") -%}
        create or replace table {{ relation }}
        {{ file_format_clause() }}
        {{ options_clause() }}
        {{ tblproperties_clause() }}
        {{ partition_cols(label="partitioned by") }}
        {{ clustered_cols(label="clustered by") }}
        {{ location_clause() }}
        {{ comment_clause() }}
        as
        {{ paylake_as_agreed(sql) }}
    {%- endcall %}
    {% do apply_grants(relation, config.get("grants"), should_revoke(existing, full_refresh_mode=True)) %}
    {% do persist_docs(relation, model) %}
    {% do persist_constraints(relation, model) %}
{% endmacro %}


{#- The select, in the order of its contract where it has one, after its columns were compared with it. -#}
{% macro paylake_as_agreed(sql) %}
    {%- if config.get("contract").enforced -%}
        {%- do get_assert_columns_equivalent(sql) -%}
        {%- set sql = get_select_subquery(sql) -%}
    {%- endif -%}
    {{ return(sql) }}
{% endmacro %}


{#- Everything that a table depends on besides the data: documentation is none of it unless it is written to the table. -#}
{% macro paylake_inputs(sql) %}
    {%- set types = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do types.append([column["name"], column.get("data_type"), column.get("constraints")]) -%}
    {%- endfor -%}
    {%- set documentation = [model.description, model.columns | string] if config.get("persist_docs") else [] -%}
    {{ return(adapter.inputs_of(sql ~ "\n" ~ tojson([types, model.config, documentation], sort_keys=True))) }}
{% endmacro %}


{% macro paylake_say_unchanged() %}
    {% do store_raw_result(name="main", message="OK (unchanged)", code="OK", rows_affected="0") %}
{% endmacro %}
