with

source as (
    select
        *,
        from_json(rows, 'map<string,bigint>') as rows_by_table
    from {{ source('bronze_ops', 'files') }}
    where state = 'landed'
),

batches as (
    select
        batch,
        at as landed_at
    from {{ source('bronze_ops', 'batches') }}
),

final as (
    select
        source.provider,
        source.export,
        source.file_id,
        source.path,
        source.batch,
        coalesce(batches.landed_at, source.at) as landed_at,
        aggregate(
            map_values(map_filter(source.rows_by_table, (name, part) -> name <> 'report_frames')),
            0L,
            (total, part) -> total + part
        ) as rows,
        try_cast(nullif(source.covers_from, '') as date) as covers_from,
        try_cast(nullif(source.covers_to, '') as date) as covers_to
    from source
    left join batches on source.batch = batches.batch
)

select * from final
