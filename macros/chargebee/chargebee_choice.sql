{#- `choice`: 1 for the version of an object that counts, the newest. Copies of one version say the same; the first file by
    id keeps it. -#}
{% macro chargebee_choice(key) -%}
    row_number() over (partition by {{ key }} order by version desc, version_at desc nulls last, source_file_id asc) as choice
{%- endmacro %}
