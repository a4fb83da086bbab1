{#- Every version of a Stripe object that bronze holds: API exports as they are, and the copy inside each event.
    The one place that turns events into versions. Cells stay text; an export's row has null event columns. -#}
{% macro stripe_versions(table, object_type, columns) %}
    select
        {%- for column in columns %}
        `{{ column }}`,
        {%- endfor %}
        cast(null as string) as event_id,
        cast(null as string) as event_type,
        cast(null as timestamp) as event_at,
        cast(null as string) as previous_status,
        cast(null as string) as source_account_id,
        _file_id as source_file_id
    from {{ source("bronze_stripe", table) }}
    where id is not null
    union all
    select
        {%- for column in columns %}
        copy.`{{ column }}`,
        {%- endfor %}
        event_id,
        event_type,
        event_at,
        previous_status,
        source_account_id,
        source_file_id
    from (
        select
            *,
            from_json(
                object_json,
                '{% for column in columns %}`{{ column }}` string{{ ", " if not loop.last }}{% endfor %}'
            ) as copy
        from {{ ref("stg_stripe__events") }}
        where object_type = '{{ object_type }}'
    ) as events
{% endmacro %}
