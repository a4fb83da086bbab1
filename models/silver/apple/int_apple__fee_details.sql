{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    movement_id,
    fee_kind as kind,
    fee_minor as amount_minor,
    currency,
    source_file_id
from {{ ref("int_apple__movements") }}
where fee_minor <> 0
