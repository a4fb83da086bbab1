{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("customers", "customer", [
        "id", "created_at", "email", "billing_address", "business_entity_id",
    ]) }}
),

final as (
    select
        id as customer_id,
        case when email <> '' then sha2(lower(trim(email)), 256) end as email_sha256,
        get_json_object(billing_address, '$.country') as country,
        {{ from_epoch("created_at") }} as created_at,
        version,
        version_at,
        is_deleted,
        business_entity_id as source_account_id,
        source_file_id
    from source
)

select * from final
