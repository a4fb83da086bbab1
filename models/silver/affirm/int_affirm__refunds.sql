{{ config(materialized="ephemeral") }}

with movements as (
    select *
    from {{ ref("int_affirm__movements") }}
    where type = 'refund' and gross_minor < 0
),

settled as (
    select
        transaction_id,
        max(attempt_id) as attempt_id,
        max(source_account_id) as source_account_id
    from movements
    where transaction_id is not null
    group by transaction_id
),

from_api as (
    select
        settled.source_account_id,
        events.event_id as refund_id,
        coalesce(events.charge_id, settled.attempt_id) as attempt_id,
        events.amount_minor,
        events.currency,
        events.created_at,
        events.transaction_id,
        events.source_file_id
    from {{ ref("stg_affirm__charge_events") }} as events
    left join settled on events.transaction_id = settled.transaction_id
    where events.type = 'refund'
),

known_transactions as (
    select distinct transaction_id
    from from_api
),

known_charges as (
    select distinct attempt_id
    from from_api
),

-- A row of the report is a refund of its own where the API tells nothing of its transaction; a row without one, where
-- the API tells of no refund of the charge.
from_report as (
    select
        movements.source_account_id,
        movements.movement_id as refund_id,
        movements.attempt_id,
        -movements.gross_minor as amount_minor,
        movements.currency,
        movements.occurred_at as created_at,
        movements.source_file_id
    from movements
    left join known_transactions on movements.transaction_id = known_transactions.transaction_id
    left join known_charges on movements.attempt_id = known_charges.attempt_id
    where
        known_transactions.transaction_id is null
        and (movements.transaction_id is not null or known_charges.attempt_id is null)
),

united as (
    select
        source_account_id,
        refund_id,
        attempt_id,
        amount_minor,
        currency,
        created_at,
        source_file_id
    from from_api
    union all
    select
        source_account_id,
        refund_id,
        attempt_id,
        amount_minor,
        currency,
        created_at,
        source_file_id
    from from_report
)

select
    source_account_id,
    refund_id,
    attempt_id,
    attempt_id as payment_id,
    amount_minor,
    currency,
    null as reason,
    'succeeded' as status,
    created_at,
    source_file_id
from united
