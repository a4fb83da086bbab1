{{ config(materialized="ephemeral") }}

select
    null as source_account_id,
    customer_id,
    country,
    email_sha256,
    created_at,
    closed_at as deleted_at,
    source_file_id
from {{ ref("stg_recurly__accounts") }}
