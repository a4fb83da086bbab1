{#- Two columns for every version of an object: `choice`, 1 for the version that counts, and `account_id`, which only events
    know. The furthest `progress` counts first where a model has one, then the latest version; `ties` are columns that order
    versions of the same instant. An export's row (no event) comes before an event of its instant. -#}
{% macro choose_version(key, progress=none, ties=[]) -%}
    max(source_account_id) over (partition by {{ key }}) as account_id,
        row_number() over (
            partition by {{ key }}
            order by
                {%- if progress %}
                {{ progress }} desc,
                {%- endif %}
                version_at desc nulls last,
                event_id desc nulls first,
                {%- for tie in ties %}
                {{ tie }} asc,
                {%- endfor %}
                source_file_id asc
        ) as choice
{%- endmacro %}
