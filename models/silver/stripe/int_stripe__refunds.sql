{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        -- A refund can fail weeks after it succeeded, when the card is closed.
        array_position(array('succeeded', 'canceled', 'failed'), coalesce(status, '')) as progress
    from {{ ref("stg_stripe__refunds") }}
),

numbered as (
    select
        *,
        {{ choose_version("refund_id", progress="progress", ties=["reason"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        refund_id,
        charge_id as attempt_id,
        coalesce(payment_id, charge_id) as payment_id,
        amount_minor,
        currency,
        reason,
        status,
        created_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
