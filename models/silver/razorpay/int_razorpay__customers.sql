{{ config(materialized="ephemeral") }}

with source as (
    select
        id as customer_id,
        case when email <> '' then sha2(lower(trim(email)), 256) end as email_sha256,
        {{ from_epoch("created_at") }} as created_at,
        _file_id as source_file_id
    from {{ source("bronze_razorpay", "customers") }}
    where id is not null
),

-- An export does not say when it was made, so of two addresses neither is the later one.
numbered as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by email_sha256 nulls last, source_file_id
        ) as choice
    from source
),

final as (
    select
        cast(null as string) as source_account_id,
        customer_id,
        cast(null as string) as country,
        email_sha256,
        created_at,
        cast(null as timestamp) as deleted_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
