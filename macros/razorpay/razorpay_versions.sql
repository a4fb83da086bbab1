{#- Every version of a Razorpay entity that bronze holds: API exports as they are, and the copy inside each event. Cells stay
    text; an export's row has null event columns. -#}
{% macro razorpay_versions(table, kind, columns) %}
    select
        {%- for column in columns %}
        `{{ column }}`,
        {%- endfor %}
        cast(null as string) as event_type,
        cast(null as timestamp) as event_at,
        cast(null as string) as source_account_id,
        _file_id as source_file_id
    from {{ source("bronze_razorpay", table) }}
    where id is not null
    union all
    select
        {%- for column in columns %}
        copy.`{{ column }}`,
        {%- endfor %}
        event_type,
        event_at,
        source_account_id,
        source_file_id
    from (
        select
            *,
            from_json(
                get_json_object(payload, '$.{{ kind }}.entity'),
                '{% for column in columns %}`{{ column }}` string{{ ", " if not loop.last }}{% endfor %}'
            ) as copy
        from {{ ref("stg_razorpay__events") }}
    ) as events
    where copy.id is not null
{% endmacro %}
