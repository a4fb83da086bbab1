{#- Builds beside the table, under another name and in a new folder, so that a failure leaves the table as it was. -#}
{% macro sail__replace_table(relation, existing, sql) %}
    {%- set built = relation.incorporate(path={"identifier": relation.identifier ~ "__building"}) -%}
    {%- set location = adapter.new_location(relation) -%}
    {% call statement("left_over") -%}
        drop table if exists {{ built }}
    {%- endcall %}
    {% call statement("main") -%}
        create table {{ built }} using delta location '{{ location }}' as
        {{ paylake_as_agreed(sql) }}
    {%- endcall %}
    {% do adapter.adopt(relation, built, location) %}
{% endmacro %}
