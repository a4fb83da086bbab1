{#- Builds beside the table, under another name and in a new folder, so that a failure leaves the table as it was. -#}
{% materialization table, adapter="sail", supported_languages=["sql"] %}
    {%- set relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {%- if config.get("contract").enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
        {%- set sql = get_select_subquery(sql) -%}
    {%- endif -%}
    {% do sail_build_table(relation, sql) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}


{% materialization seed, adapter="sail" %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set rows = load_agate_table() -%}
    {% do store_result("agate_table", response="OK", agate_table=rows) %}
    {{ run_hooks(pre_hooks) }}
    {% do sail_build_table(relation, paylake_seed_select(rows)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}


{% macro sail_build_table(relation, sql) %}
    {%- set built = relation.incorporate(path={"identifier": relation.identifier ~ "__building"}) -%}
    {%- set location = adapter.new_location(relation) -%}
    {% call statement("left_over") -%}
        drop table if exists {{ built }}
    {%- endcall %}
    {% call statement("main") -%}
        create table {{ built }} using delta location '{{ location }}' as
        {{ sql }}
    {%- endcall %}
    {% do adapter.adopt(relation, built, location) %}
{% endmacro %}
