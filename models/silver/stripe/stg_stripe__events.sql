with source as (
    select * from {{ source("bronze_stripe", "events") }}
),

renamed as (
    select
        id as event_id,
        type as event_type,
        {{ from_epoch("created") }} as event_at,
        get_json_object(data, '$.object') as object_json,
        get_json_object(data, '$.previous_attributes.status') as previous_status,
        account as source_account_id,
        _file_id as source_file_id
    from source
    where id is not null
),

-- Stripe delivers an event at least once, and exports of overlapping weeks hold it again; the copies say the same.
deduplicated as (
    select
        *,
        row_number() over (partition by event_id order by object_json, source_file_id) as copy_number
    from renamed
),

final as (
    select
        event_id,
        event_type,
        event_at,
        get_json_object(object_json, '$.object') as object_type,
        previous_status,
        object_json,
        source_account_id,
        source_file_id
    from deduplicated
    where copy_number = 1
)

select * from final
