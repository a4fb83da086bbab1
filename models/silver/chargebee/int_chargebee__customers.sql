{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        min(case when is_deleted then version_at end) over (partition by customer_id) as first_deleted_at,
        max(created_at) over (partition by customer_id) as any_created_at
    from {{ ref("stg_chargebee__customers") }}
),

-- A deletion does not take away what was known of the customer before.
numbered as (
    select
        *,
        {{ chargebee_choice("customer_id, is_deleted") }},
        min(is_deleted) over (partition by customer_id) as is_only_deleted
    from versions
),

final as (
    select
        source_account_id,
        customer_id,
        country,
        email_sha256,
        any_created_at as created_at,
        first_deleted_at as deleted_at,
        source_file_id
    from numbered
    where choice = 1 and (not is_deleted or is_only_deleted)
)

select * from final
