with source as (
    {{ stripe_versions("customers", "customer", ["id", "created", "email", "address", "deleted"]) }}
),

final as (
    select
        id as customer_id,
        case when email <> '' then sha2(lower(trim(email)), 256) end as email_sha256,
        get_json_object(address, '$.country') as country,
        {{ from_epoch("created") }} as created_at,
        coalesce(event_at, {{ from_epoch("created") }}) as version_at,
        event_id,
        case when event_type = 'customer.deleted' then event_at end as deleted_at,
        source_account_id,
        source_file_id
    from source
)

select * from final
