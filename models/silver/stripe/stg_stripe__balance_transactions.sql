{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_stripe", "balance_transactions") }}
),

-- Balance transactions have no events; only their status changes from one export to the next.
final as (
    select
        id as movement_id,
        type as type_raw,
        reporting_category,
        source as source_id,
        description,
        upper(currency) as currency,
        {{ whole_units("amount") }} as gross_minor,
        -{{ whole_units("fee") }} as fee_minor,
        {{ whole_units("net") }} as net_minor,
        fee_details as fee_details_json,
        exchange_rate,
        {{ from_epoch("created") }} as occurred_at,
        {{ from_epoch("available_on") }} as available_at,
        _file_id as source_file_id
    from source
    where id is not null
)

select * from final
