{{ config(materialized="ephemeral") }}

with source as (
    select
        account_code as customer_id,
        account_email as email,
        account_country as country,
        account_created_at as created_text,
        closed_at as closed_text,
        modified_at as version_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "export_accounts") }}
    union all
    select
        code as customer_id,
        email,
        coalesce(
            get_json_object(address, '$.country'), get_json_object(billing_info, '$.address.country')
        ) as country,
        created_at as created_text,
        case when state = 'inactive' then deleted_at end as closed_text,
        updated_at as version_text,
        _file_id as source_file_id
    from {{ source("bronze_recurly", "accounts") }}
),

parsed as (
    select
        customer_id,
        case when email <> '' then sha2(lower(trim(email)), 256) end as email_sha256,
        upper(nullif(country, '')) as country,
        {{ recurly_instant("created_text") }} as created_at,
        {{ recurly_instant("closed_text") }} as closed_at,
        {{ recurly_instant("version_text") }} as version_at,
        source_file_id
    from source
    where customer_id <> ''
),

-- An export has a row for each of an account's payment methods.
final as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by version_at desc nulls last, closed_at desc nulls last, country desc nulls last, source_file_id asc
        ) as choice
    from parsed
)

select * from final
where choice = 1
