with

expected as (
    select * from {{ source('bronze_ops', 'expected_files') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
),

arrived as (
    select
        expected.provider,
        expected.export,
        expected.cadence,
        expected.first_day,
        expected.last_day,
        expected.due_at,
        expected.is_due,
        min(files.landed_at) as landed_at,
        count(files.file_id) as files,
        coalesce(sum(files.rows), 0L) as rows
    from expected
    left join files
        on
            expected.provider = files.provider
            and expected.export = files.export
            and (
                (expected.name <> '' and instr(files.path, expected.name) > 0)
                or (expected.last_day >= files.covers_from and expected.first_day <= files.covers_to)
            )
    group by
        expected.provider,
        expected.export,
        expected.cadence,
        expected.first_day,
        expected.last_day,
        expected.due_at,
        expected.is_due
),

final as (
    select
        provider,
        export,
        cadence,
        first_day,
        last_day,
        due_at,
        case
            when landed_at > due_at then 'late'
            when landed_at is not null then 'landed'
            when is_due then 'missing'
            else 'not_due'
        end as status,
        landed_at,
        files,
        rows
    from arrived
)

select * from final
