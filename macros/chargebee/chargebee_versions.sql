{#- Every version of a Chargebee object that bronze holds: API exports as they are, and the copy inside each event that
    concerns it. Cells stay text, besides: `version` orders the versions of an object, `version_at` is when it was made. -#}
{% macro chargebee_versions(table, kind, columns) %}
    {%- set all_columns = columns + ["resource_version", "updated_at", "deleted"] %}
    select
        {%- for column in columns %}
        `{{ column }}`,
        {%- endfor %}
        coalesce(
            {{ whole_units("resource_version") }},
            1000L * {{ whole_units("updated_at") }},
            1000L * {{ whole_units("occurred_at") }},
            0L
        ) as version,
        coalesce(
            {{ from_epoch("updated_at") }}, {{ from_epoch_millis("resource_version") }}, {{ from_epoch("occurred_at") }}
        ) as version_at,
        coalesce(deleted = 'true', false) as is_deleted,
        source_file_id
    from (
        select
            {%- for column in all_columns %}
            `{{ column }}`,
            {%- endfor %}
            cast(null as string) as occurred_at,
            _file_id as source_file_id
        from {{ source("bronze_chargebee", table) }}
        union all
        select
            {%- for column in all_columns %}
            copy.`{{ column }}`,
            {%- endfor %}
            occurred_at,
            source_file_id
        from (
            select
                from_json(
                    get_json_object(content, '$.{{ kind }}'),
                    '{% for column in all_columns %}`{{ column }}` string{{ ", " if not loop.last }}{% endfor %}'
                ) as copy,
                occurred_at,
                _file_id as source_file_id
            from {{ source("bronze_chargebee", "events") }}
        ) as events
    ) as copies
    where id is not null
{% endmacro %}
