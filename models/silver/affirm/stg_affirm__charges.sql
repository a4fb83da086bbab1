{{ config(materialized="ephemeral") }}
{%- set event = "id: string, transaction_id: string, type: string, created: string, currency: string, amount: string, "
    ~ "order_id: string" -%}

with source as (
    select
        *,
        coalesce(from_json(events, 'array<struct<{{ event }}>>'), array()) as told
    from {{ source("bronze_affirm", "charges") }}
),

-- A charge does not say when it was read, and only gains events: the version with most of them is the last.
versions as (
    select
        *,
        row_number() over (partition by id order by size(told) desc, void desc, _file_id asc, _record asc) as choice
    from source
),

final as (
    select
        id as charge_id,
        {{ whole_units("amount") }} as amount_minor,
        upper(currency) as currency,
        try_cast(created as timestamp) as created_at,
        void = 'true' as is_void,
        told as events,
        _file_id as source_file_id,
        _record as source_record
    from versions
    where choice = 1
)

select * from final
