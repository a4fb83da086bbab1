{{ config(materialized="ephemeral") }}

with source as (
    {{ chargebee_versions("items", "item", ["id", "metered"]) }}
),

numbered as (
    select
        *,
        {{ chargebee_choice("id") }}
    from source
),

final as (
    select
        id as item_id,
        coalesce(metered = 'true', false) as is_metered
    from numbered
    where choice = 1
)

select * from final
