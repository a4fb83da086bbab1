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


{#- Builds beside the table under another name, so that a failure leaves the table as it was. -#}
{% macro sail_build_table(relation, sql) %}
    {%- set built = relation.incorporate(path={"identifier": relation.identifier ~ "__building"}) -%}
    {%- set location = adapter.new_location(relation) -%}
    {% do run_query("drop table if exists " ~ built) %}
    {% call statement("main") -%}
        create table {{ built }} using delta location '{{ location }}' as
        {{ sql }}
    {%- endcall %}
    {% do adapter.adopt(relation, built, location) %}
{% endmacro %}
