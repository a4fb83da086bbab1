{#- A snapshot is what Spark saw over time, and only Spark's lake has a past: the fast lane passes it over and says so. -#}
{% materialization snapshot, adapter="sail" %}
    {% do store_raw_result(name="main", message="SKIP (snapshots are kept by Spark alone)", code="SKIP", rows_affected="0") %}
    {{ return({"relations": []}) }}
{% endmaterialization %}
