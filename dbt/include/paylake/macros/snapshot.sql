{#- dbt-spark's snapshot, left alone where the select and its tables are as they were at the last one: it would find no change. -#}
{% materialization snapshot, adapter="paylake" %}
    {%- set relation = this.incorporate(type="table") -%}
    {%- set inputs = paylake_inputs(sql) -%}
    {% if load_cached_relation(this) is not none and adapter.is_built_from(relation, inputs) %}
        {% do paylake_say_unchanged() %}
        {{ return({"relations": [relation]}) }}
    {% endif %}
    {%- set result = materialization_snapshot_spark() -%}
    {% do adapter.note_built(relation, inputs) %}
    {{ return(result) }}
{% endmaterialization %}
