{#- One statement a unit test. dbt's own way makes a temporary view to learn the model's columns, describes it and drops it. -#}
{% materialization unit, adapter="paylake" %}
    {%- set rows = config.get("expected_rows") -%}
    {%- set types, quoted = {}, {} -%}
    {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(sql)) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}
    {%- set compared = [] -%}
    {%- for name in (rows[0] if rows else types) -%}
        {%- do compared.append(quoted[name | lower]) -%}
    {%- endfor -%}
    {%- set expected = config.get("expected_sql") or get_expected_sql(rows, types, quoted) -%}
    {% call statement("main", fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected, compared) }}
    {%- endcall %}
    {{ return({"relations": []}) }}
{% endmaterialization %}
