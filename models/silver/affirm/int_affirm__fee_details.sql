{{ config(materialized="ephemeral") }}

select
    source_account_id,
    movement_id,
    if(type in ('dispute', 'dispute_reversal'), 'dispute', 'processing') as kind,
    fee_minor as amount_minor,
    currency,
    source_file_id
from {{ ref("int_affirm__movements") }}
where fee_minor <> 0
