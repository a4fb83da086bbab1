{{ config(materialized="ephemeral") }}

with steps as (
    select
        *,
        event_type = 'dispute_resolved' as is_end,
        -- A dispute has no id in the report: it is the charge's first, second, ...
        sum(if(event_type = 'dispute_opened', 1, 0)) over (
            partition by coalesce(attempt_id, movement_id)
            order by occurred_at, if(event_type = 'dispute_opened', 0, 1), movement_id
            rows between unbounded preceding and current row
        ) as opened_before
    from {{ ref("int_affirm__movements") }}
    where event_type like 'dispute%'
),

disputes as (
    select
        max(source_account_id) as source_account_id,
        coalesce(attempt_id, movement_id) as case_id,
        greatest(opened_before, 1) as number,
        max(attempt_id) as attempt_id,
        max(abs(gross_minor)) as amount_minor,
        max(currency) as currency,
        min(occurred_at) as opened_at,
        max(if(is_end, occurred_at, null)) as closed_at,
        max(if(is_end, if(type = 'dispute_reversal', 'won', 'lost'), null)) as outcome,
        min(source_file_id) as source_file_id
    from steps
    group by coalesce(attempt_id, movement_id), greatest(opened_before, 1)
)

select
    source_account_id,
    if(number = 1, case_id, concat(case_id, ':', number)) as dispute_id,
    attempt_id,
    attempt_id as payment_id,
    null as reason_raw,
    null as reason,
    false as is_inquiry,
    amount_minor,
    currency,
    if(closed_at is null, 'dispute_opened', 'dispute_resolved') as status_raw,
    opened_at,
    null as evidence_due_at,
    closed_at,
    outcome,
    source_file_id
from disputes
