{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("payment_sources", "payment_source", ["id", "issuing_country"]) }}
),

final as (
    select
        id as payment_source_id,
        issuing_country as card_country,
        version,
        version_at,
        source_file_id
    from source
)

select * from final
