{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_stripe__customers") }}
),

-- A tombstone has only an id, and the event of a deletion the customer as it last was: neither takes the country away.
numbered as (
    select
        *,
        min(created_at) over (partition by customer_id) as first_created_at,
        max(deleted_at) over (partition by customer_id) as last_deleted_at,
        max(source_account_id) over (partition by customer_id) as account_id,
        row_number() over (
            partition by customer_id
            order by
                version_at desc nulls last,
                event_id desc nulls first,
                email_sha256 asc,
                country asc,
                source_file_id asc
        ) as choice
    from versions
),

final as (
    select
        'stripe' as provider,
        coalesce(account_id, 'default') as source_account_id,
        customer_id,
        concat('stripe:', customer_id) as customer_key,
        country,
        email_sha256,
        first_created_at as created_at,
        last_deleted_at as deleted_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
