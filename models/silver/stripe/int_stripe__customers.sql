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
        {{ choose_version("customer_id", ties=["email_sha256", "country"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        customer_id,
        country,
        email_sha256,
        first_created_at as created_at,
        last_deleted_at as deleted_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
