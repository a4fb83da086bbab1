{#- dbt's own test; what holds for a step of a provider that never landed is not asked, for there is no table to ask. -#}
{% materialization test, adapter="paylake" %}
    {% if adapter.is_of_absent_provider(model.fqn) %}
        {% call statement("main", fetch_result=True) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall %}
        {{ return({"relations": []}) }}
    {% endif %}
    {{ return(materialization_test_default()) }}
{% endmaterialization %}
